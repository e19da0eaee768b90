package vm

// NewGoClosure makes a Go function that keeps values between its calls, as the
// upvalues of a C function; run reads them with Thread.Upvalue.
func (s *State) NewGoClosure(name string, run func(*Thread) int, upvalues ...Value) Value {
	v := s.NewFunction(name, run)
	v.AsGo().upvalues = &upvalues
	return v
}

// Upvalues gives the number of upvalues.
func (g *GoFunction) Upvalues() int {
	if g.upvalues == nil {
		return 0
	}
	return len(*g.upvalues)
}

// Upvalue gives upvalue i, counted from 0.
func (g *GoFunction) Upvalue(i int) Value { return (*g.upvalues)[i] }

// SetUpvalue changes upvalue i, counted from 0.
func (g *GoFunction) SetUpvalue(i int, v Value) { (*g.upvalues)[i] = v }

// Self gives the Go function that runs.
func (t *Thread) Self() *GoFunction { return t.current().gofn() }
