package reload

import (
	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file finds the variable in which a service keeps its implementation.

// holder is the variable and the code of the table in it.
func (r *reload) holder() (v live.Variable, code *vm.Code, ok bool) {
	for _, v := range live.Variables(live.Roots(r.st)) {
		if !live.OwnChunk(v.Chunk) {
			continue
		}
		if code := implementation(v.Value()); code != nil && code != r.svc.Code() {
			return v, code, true
		}
	}
	return v, nil, false
}

// implementation gives the code of a table with handle_message, or nil.
func implementation(v vm.Value) *vm.Code {
	t := v.AsTable()
	if t == nil {
		return nil
	}
	handle := t.GetString("handle_message").AsClosure()
	if handle == nil {
		return nil
	}
	return live.MainChunk(handle.Code())
}
