package inspect

import (
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file is what patch scripts of skynet find in their environment.

// patch puts what patch scripts of skynet expect into the environment of injected
// code (skynet's inject.lua): _P has, for each message type with a handler, the tables
// that the handler and the functions that it uses hold in local variables, by the
// variables' names; _U has those of all handlers, and the message types as proto.
func patch(s service.Self, env *vm.Table) {
	st := s.State()
	u, p, proto := st.NewTable(0, 1), st.NewTable(0, 1), st.NewTable(0, 2)
	for _, name := range s.ProtocolNames() {
		protocol := s.ProtocolByName(name)
		entry := vm.TableValue(protocolTable(s, protocol.ID))
		proto.SetString(name, entry)
		proto.SetInt(int(protocol.ID), entry)
		handler := protocol.Dispatch.AsClosure()
		if handler == nil {
			continue
		}
		tables := st.NewTable(0, 4)
		heldTables(handler, tables, map[*vm.Closure]bool{})
		tables.Entries(func(k, v vm.Value) bool { u.Set(k, v); return true })
		p.SetString(name, vm.TableValue(tables))
	}
	u.SetString("proto", vm.TableValue(proto))
	env.SetString("_U", vm.TableValue(u))
	env.SetString("_P", vm.TableValue(p))
}

// heldTables collects the tables in the local variables that a function holds, and in
// those of the functions there.
func heldTables(c *vm.Closure, into *vm.Table, seen map[*vm.Closure]bool) {
	seen[c] = true
	for i := range c.Upvalues() {
		name, v := c.UpvalueName(i), c.Upvalue(i)
		if held := v.AsClosure(); held != nil && !seen[held] {
			heldTables(held, into, seen)
		} else if v.IsTable() && name != "" {
			into.SetString(name, v)
		}
	}
}

// protocolTable shows a message type as skynet's proto does; its field dispatch can be
// assigned to.
func protocolTable(s service.Self, id message.Type) *vm.Table {
	st := s.State()
	table, meta := st.NewTable(0, 0), st.NewTable(0, 2)
	meta.SetString("__index", st.NewFunction("proto", func(t *vm.Thread) int {
		p := s.Protocol(id)
		switch field, _ := t.Arg(2).AsString(); {
		case p == nil:
		case field == "name":
			return t.Return(vm.String(p.Name))
		case field == "id":
			return t.Return(vm.Int(int(p.ID)))
		case field == "dispatch":
			return t.Return(p.Dispatch)
		}
		return t.Return(vm.Nil)
	}))
	meta.SetString("__newindex", st.NewFunction("proto", func(t *vm.Thread) int {
		if field, _ := t.Arg(2).AsString(); field != "dispatch" || s.Protocol(id) == nil {
			t.Errorf("of a message type only the field dispatch can be set")
		}
		fn := t.Arg(3)
		if !fn.IsNil() {
			fn = t.CheckFunction(3)
		}
		s.ChangeProtocol(id).Dispatch = fn
		return 0
	}))
	st.SetMetatable(table, meta)
	return table
}
