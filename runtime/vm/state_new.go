package vm

import "unsafe"

// This file makes states and their objects.

// NewState makes an empty universe: no libraries, an empty global table.
func NewState(config Config) *State {
	s := &State{config: config, seed: config.Seed, budget: pollInterval}
	s.heap = heap{seed: config.Seed, state: s, room: unlimited}
	s.collector = collector{pause: defaultPause, stepMul: defaultPause, majorInc: defaultPause, piece: piecePlaces}
	for i, name := range eventNames {
		s.events[i] = hashBytes(name.p, uint32(name.n), s.seed)
	}
	s.Globals = s.NewTable(0, 0)
	s.Registry = s.NewTable(0, 0)
	return s
}

// NewTable makes a table with room for elements and fields.
func (s *State) NewTable(elements, fields int) *Table {
	s.ids++
	return newTableSized(&s.heap, s.ids, elements, fields)
}

// NewFunction makes a Go function. The name appears in tracebacks.
func (s *State) NewFunction(name string, run func(*Thread) int) Value {
	s.ids++
	return FunctionValue(&GoFunction{Name: name, Run: run, id: s.ids})
}

// NewUserdata wraps a Go value.
func (s *State) NewUserdata(data any, metatable *Table) *Userdata {
	s.ids++
	u := &Userdata{Data: data, Metatable: metatable, id: s.ids}
	s.notice(UserdataValue(u), metatable)
	return u
}

// NewThread makes a coroutine that will run fn.
func (s *State) NewThread(fn Value) *Thread {
	t := newThread(s)
	*t.at(t.top) = fn
	t.top += valueSize
	return t
}

func newThread(s *State) *Thread {
	s.ids++
	t := &Thread{state: s, id: s.ids}
	s.heap.takeFor(ThreadValue(t), int(unsafe.Sizeof(*t))+firstStack*int(valueSize)+firstFrames*int(frameSize))
	t.stack = makeStack(firstStack)
	t.frames = make([]frame, firstFrames)
	for i := range t.stack {
		t.stack[i].n = nilBits
	}
	t.lastFrame = t.firstFrame() + uintptr(len(t.frames)-1)*frameSize
	t.fastFrame = t.lastFrame
	t.top = t.bottom()
	t.limit = t.top + uintptr(len(t.stack)-extraStack)*valueSize
	return t
}

// NewClosure makes a main function of code, whose first upvalue is env.
func (s *State) NewClosure(code *Code, env Value) Value {
	s.ids++
	if s.chunks.note(code) && s.config.Loaded != nil {
		s.config.Loaded()
	}
	c := newClosure(code, s.ids)
	for i := range code.upvalues {
		v := Nil
		if i == 0 {
			v = env
		}
		*c.upvalue(i) = newCell(v)
	}
	return ClosureValue(c)
}
