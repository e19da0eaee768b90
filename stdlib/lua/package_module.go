package lua

import (
	"strings"

	"lunarium/runtime/vm"
)

// This file is module and package.seeall, of Lua 5.1 (manual of 5.1, section
// 5.3), which the reference interpreter still offers.

// module makes a table the environment of the chunk that calls it.
func (p packages) module(t *vm.Thread) int {
	name := t.CheckString(1)
	table := p.moduleTable(t, name)
	if table.GetString("_NAME").IsNil() {
		table.SetString("_M", vm.TableValue(table))
		table.SetString("_NAME", vm.String(name))
		table.SetString("_PACKAGE", vm.String(name[:strings.LastIndexByte(name, '.')+1]))
	}
	caller, ok := t.Debug().CallInfo(1)
	closure := caller.Func.AsClosure()
	if !ok || closure == nil {
		t.Errorf("'module' not called from a Lua function")
	}
	if closure.Upvalues() > 0 {
		closure.SetUpvalue(0, vm.TableValue(table))
	}
	return applyOptions(t, t.Args(2), table)
}

// applyOptions calls each option that is a function with the module.
func applyOptions(t *vm.Thread, options []vm.Value, module *vm.Table) int {
	for i, option := range options {
		if option.IsFunction() {
			return t.CallThen(option, []vm.Value{vm.TableValue(module)}, func(t *vm.Thread) int {
				return applyOptions(t, options[i+1:], module)
			})
		}
	}
	return t.Return(vm.TableValue(module))
}

// moduleTable gives the module's table: the one that is loaded, or the global
// one of that (dotted) name, made where it is missing.
func (p packages) moduleTable(t *vm.Thread, name string) *vm.Table {
	if table := loaded(p.state).GetString(name).AsTable(); table != nil {
		return table
	}
	table := p.state.Globals
	for part := range strings.SplitSeq(name, ".") {
		v := table.GetString(part)
		if v.IsNil() {
			v = vm.TableValue(p.state.NewTable(0, 0))
			table.SetString(part, v)
		}
		if table = v.AsTable(); table == nil {
			t.Errorf("name conflict for module '%s'", name)
		}
	}
	loaded(p.state).SetString(name, vm.TableValue(table))
	return table
}

// seeall makes a module inherit from the globals.
func seeall(t *vm.Thread) int {
	module := t.CheckTable(1)
	meta := module.Metatable()
	if meta == nil {
		meta = t.State().NewTable(0, 1)
		t.State().SetMetatable(module, meta)
	}
	meta.SetString("__index", vm.TableValue(t.State().Globals))
	return 0
}
