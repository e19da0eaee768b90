package reload

import (
	"maps"
	"slices"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/vm"
)

// This file decides which modules the new program has, and merges what require keeps
// of them.

// needed lists those of the running service's modules that the new program has, too. What the
// old program loaded by itself when it began, and the new one neither loads nor names,
// is no part of it: it is as if it had never been loaded. What the service loaded later
// is.
func needed(modules []module, fresh, base *world) []module {
	if base == nil || !fresh.whole() {
		return modules
	}
	named, queue := map[string]bool{}, []*vm.Code{fresh.program.main}
	have := map[string]bool{}
	for _, code := range fresh.Files() {
		queue = append(queue, code)
	}
	for _, m := range modules {
		if have[m.name] = !base.own[m.name]; have[m.name] {
			queue = m.queued(queue, fresh)
		}
	}
	for len(queue) > 0 {
		code := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		addNames(code.Proto(), named)
		for _, m := range modules {
			if named[m.name] && !have[m.name] {
				have[m.name] = true
				queue = m.queued(queue, fresh)
			}
		}
	}
	var list []module
	for _, m := range modules {
		if have[m.name] {
			list = append(list, m)
		}
	}
	return list
}

// queued adds the module's file, if it is one, to those whose names are looked up.
func (m *module) queued(queue []*vm.Code, fresh *world) []*vm.Code {
	if m.ofFile() {
		queue = append(queue, fresh.program.files[m.path()])
	}
	return queue
}

// addNames adds the strings that code has as values, which may be modules' names. The
// names of fields are none.
func addNames(p *bytecode.Proto, names map[string]bool) {
	for _, i := range p.Code {
		if i.Op() == bytecode.LOADK {
			if c := p.Constants[i.Bx()]; c.Kind == bytecode.String {
				names[c.String] = true
			}
		}
	}
	for _, nested := range p.Protos {
		addNames(nested, names)
	}
}

// leaveOut notes the modules that the new program does not have, and those that it does
// not load when it begins, but may.
func (r *reload) leaveOut(m *merger) {
	if m.base == nil || !m.fresh.whole() {
		return
	}
	for _, module := range r.required() {
		if m.fresh.loaded().GetString(module.name).IsNil() && m.fresh.broken[module.name] == nil {
			m.leftOut[module.name] = module.chunk.Code()
			r.note("module %s is left out: the new code does not require it", module.name)
		} else if m.base.own[module.name] && !m.fresh.own[module.name] {
			r.note("module %s stays loaded: the new code names it, though it does not require it when it begins", module.name)
		}
	}
}

// mergeModules merges package.loaded, and what is known of the modules' chunks.
func (r *reload) mergeModules(m *merger, now, was, fresh *vm.Table) {
	for _, name := range slices.Sorted(maps.Keys(m.leftOut)) {
		w := m.put(fieldSpot(name, now, vm.String(name)), now.GetString(name), vm.Nil)
		w.state, w.forced = true, true
	}
	for _, e := range touched(fresh) {
		m.field("", now, was, e.Key, e.Value)
	}
	for _, e := range touched(was) {
		if name, _ := e.Key.AsString(); m.leftOut[name] == nil && !fresh.Touches(e.Key) {
			m.left("", now, was, fresh, e.Key)
		}
	}
	m.metatable("package.loaded", now, was, fresh)
}

// chunks pairs the chunks of modules, and notes those of new ones.
func (r *reload) chunks(m *merger) {
	fresh := m.fresh.Universe().Registry().GetString("_CHUNKS").AsTable()
	chunks := r.st.Registry.GetString("_CHUNKS").AsTable()
	if fresh != nil && chunks == nil {
		chunks = r.st.NewTable(0, 0)
		m.put(fieldSpot("", r.st.Registry, vm.String("_CHUNKS")), vm.Nil, vm.TableValue(chunks)).forced = true
	}
	for _, name := range slices.Sorted(maps.Keys(m.leftOut)) {
		m.put(fieldSpot("", chunks, vm.String(name)), chunks.GetString(name), vm.Nil)
	}
	order := vm.String("order")
	for _, e := range entriesOf(fresh) {
		now, note := chunks.Get(e.Key).AsTable(), e.Value.AsTable()
		if now == nil {
			m.put(fieldSpot("", chunks, e.Key), vm.Nil, e.Value)
			continue
		}
		m.pair("", now.GetString("chunk").AsClosure(), nil, note.GetString("chunk").AsClosure())
		if before, after := now.Get(order), note.Get(order); before != after {
			m.put(fieldSpot("", now, order), before, after)
		}
	}
}
