package vm

import (
	"runtime"
	"unsafe"
)

// Memory gives the bytes that can be reached from the state: globals, registry,
// metatables and the given tasks. It walks everything, so it takes time in
// proportion. Strings count once per data pointer; what states share, code and
// library functions, does not count.
func (s *State) Memory(tasks ...*Thread) int {
	m := meter{seen: map[unsafe.Pointer]bool{}}
	m.add(TableValue(s.Globals))
	m.add(TableValue(s.Registry))
	for _, meta := range s.metas {
		m.add(TableValue(meta))
	}
	for _, i := range s.instances {
		m.add(TableValue(i.table))
	}
	m.add(ThreadValue(s.task))
	m.add(ThreadValue(s.running))
	for _, task := range tasks {
		m.add(ThreadValue(task))
	}
	for len(m.work) > 0 {
		v := m.work[len(m.work)-1]
		m.work = m.work[:len(m.work)-1]
		m.visit(v)
	}
	return m.bytes
}

type meter struct {
	seen  map[unsafe.Pointer]bool
	work  []Value
	bytes int
}

func (m *meter) add(v Value) {
	if v.n < tagFloor || v.hi() < hiString || v.p == nil || m.seen[v.p] {
		return
	}
	m.seen[v.p] = true
	if v.hi() == hiString {
		m.bytes += len(v.str())
		return
	}
	m.work = append(m.work, v)
}

func (m *meter) visit(v Value) {
	switch v.hi() {
	case hiTable:
		t := v.tab()
		m.bytes += tableBytes(t)
		m.add(TableValue(t.meta))
		t.entries(func(k, v Value) bool {
			m.add(k)
			m.add(v)
			return true
		})
	case hiClosure:
		c := v.AsClosure()
		m.bytes += int(unsafe.Sizeof(*c)) + 8*c.Upvalues()
		for i := range c.Upvalues() {
			cell := *c.upvalue(i)
			if !m.seen[unsafe.Pointer(cell)] {
				m.seen[unsafe.Pointer(cell)] = true
				m.bytes += int(unsafe.Sizeof(*cell))
			}
			m.add(cell.get())
		}
	case hiGo:
		fn := v.AsGo()
		if !fn.shared() {
			m.bytes += int(unsafe.Sizeof(*fn))
		}
		m.bytes += fn.Upvalues() * int(valueSize)
		for i := range fn.Upvalues() {
			m.add(fn.Upvalue(i))
		}
	case hiUserdata:
		u := v.AsUserdata()
		m.bytes += int(unsafe.Sizeof(*u))
		m.add(TableValue(u.Metatable))
		m.add(TableValue(u.User))
	case hiThread:
		m.visitThread(v.AsThread())
	}
}

func (m *meter) visitThread(t *Thread) {
	m.bytes += int(unsafe.Sizeof(*t)) + len(t.stack)*int(valueSize) + len(t.frames)*int(frameSize)
	end := t.top
	if t.frame != 0 {
		end = max(end, t.extentOf(t.current()))
	}
	for a := t.bottom(); a < end; a += valueSize {
		m.add(*at(a))
	}
	m.add(ThreadValue(t.resumer))
	m.add(ThreadValue(t.inner))
}

// Collect runs a full garbage collection, for collectgarbage.
func (s *State) Collect() { runtime.GC() }
