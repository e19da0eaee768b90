package reload

import (
	"context"
	"fmt"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file holds one reload under way.

// reload is one reload under way, on the service's own thread.
type reload struct {
	ctx       context.Context
	svc       service.Reloading
	st        *vm.State
	dry       bool
	target    service.Version // of an undo; its Number is 0 otherwise
	change    *Change
	alone     bool // the operator named one file
	searching bool
	inOld     map[*vm.Thread]string // where tasks go on in old code
	places    []string              // these, in order
	loading   string                // which text is tried
	ended     error                 // that of code which was ended because it took too long
}

func (r *reload) unchanged() error {
	_, r.change.Version = r.svc.Versions()
	r.change.Unchanged = true
	return nil
}

func (r *reload) note(format string, args ...any) {
	r.change.Notes = append(r.change.Notes, fmt.Sprintf(format, args...))
}

// aside leaves what the versions hold out of a search for what the service itself holds,
// until it is over.
func (r *reload) aside() (over func()) {
	r.searching = true
	return func() { r.searching = false }
}

// visitVersions names what the versions of the service hold.
func (r *reload) visitVersions(visit func(*vm.Value)) {
	if r.searching {
		return
	}
	versions, _ := r.svc.Versions()
	for _, v := range versions {
		if s := stepOf(v); s != nil {
			s.visit(func(v vm.Value) { visit(&v) })
		}
	}
}
