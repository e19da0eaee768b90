package http

import (
	"net/http"

	"lunarium/runtime/vm"
)

// This file holds what the library keeps of one state.

// library is what require "http" gives to one state.
type library struct {
	state      *vm.State
	transports map[string]*http.Transport // of the client, by the file of authorities
	router     *vm.Table                  // metatables
	request    *vm.Table
	headers    *vm.Table
	stream     *vm.Table
	server     *vm.Table
	reply      *vm.Table // of what the client got
	// exchanges are the requests under way, by the tables that handlers got.
	exchanges map[*vm.Table]*exchange
}

// module calls a function of another library, which is loaded when it is not
// yet. Use: return l.module(…).
func (l *library) module(t *vm.Thread, name, function string, args []vm.Value, then func(*vm.Thread) int) int {
	return t.CallThen(l.state.Globals.GetString("require"), []vm.Value{vm.String(name)}, func(t *vm.Thread) int {
		table := t.Arg(1).AsTable()
		if table == nil || !table.GetString(function).IsFunction() {
			t.Errorf("module '%s' has no function %s", name, function)
		}
		return t.CallThen(table.GetString(function), args, then)
	})
}
