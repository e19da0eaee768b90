package vm

// This file holds variables of Go functions.

// NewGoClosure makes a Go function that keeps values between its calls, as the
// upvalues of a C function, which run finds by Thread.Self. Whatever run keeps of
// what Lua code has seen must be among them: the collector sees nothing else.
func (s *State) NewGoClosure(name string, run func(*Thread) int, upvalues ...Value) Value {
	s.ids++
	c := &goClosure{GoFunction{Name: name, Run: run, id: s.ids | isGoClosure}, upvalues}
	return FunctionValue(&c.GoFunction)
}

// Upvalues gives the number of upvalues.
func (g *GoFunction) Upvalues() int {
	if c := g.closure(); c != nil {
		return len(c.upvalues)
	}
	return 0
}

// Upvalue gives upvalue i, counted from 0.
func (g *GoFunction) Upvalue(i int) Value { return g.closure().upvalues[i] }

// SetUpvalue changes upvalue i, counted from 0.
func (g *GoFunction) SetUpvalue(i int, v Value) { g.closure().upvalues[i] = v }

// Self gives the Go function that runs.
func (t *Thread) Self() *GoFunction { return t.current().gofn() }
