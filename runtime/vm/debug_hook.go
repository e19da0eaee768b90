package vm

// This file runs hooks.

// SetHook sets the thread's debug hook, or takes it away when fn is nil or the
// mask is empty (lua_sethook).
func (d ThreadDebug) SetHook(fn Value, mask HookMask, count int) {
	t := d.t
	if fn.IsNil() || mask == 0 {
		t.hook = nil
		t.setFastFrame()
		t.rearm()
		return
	}
	running := t.hook != nil && t.hook.running
	t.hook = &hook{fn: fn, mask: mask, count: count, left: count, line: -1, pc: -1, running: running}
	t.setFastFrame()
	t.rearm()
}

// Hook gives what SetHook set.
func (d ThreadDebug) Hook() (fn Value, mask HookMask, count int) {
	t := d.t
	if t.hook == nil {
		return Nil, 0, 0
	}
	return t.hook.fn, t.hook.mask, t.hook.count
}

// runHooks is opHook: it runs the count and line hooks that are due before the
// instruction behind it, which comes next whatever the hooks did.
//
//go:noinline
func (t *Thread) runHooks() {
	f := t.current()
	code := f.lua().code
	index := code.index(f.pc)
	trap := t.state.trap
	if trap != nil && t.atTrap(trap, code, index) {
		return
	}
	h := t.hook
	due := h != nil && h.mask&HookCount != 0 && h.counted()
	if h != nil && !h.running {
		if due {
			t.callHook(String("count"), Nil)
		}
		if h = t.hook; h != nil && h.mask&HookLine != 0 {
			t.lineHook(h, index)
		}
		f = t.current()
	}
	if t.hook.armed() || trap != nil {
		f.pc = code.address(index, true) + instrSize
	} else {
		f.pc = code.address(index, false)
	}
}

// counted tells whether the instructions up to this one make a count event. Those
// of the hook itself count, too, as in the reference.
func (h *hook) counted() bool {
	if h.left--; h.left > 0 {
		return false
	}
	h.left = h.count
	return true
}

// lineHook calls the hook when a function begins, another line begins, or a
// jump goes back (luaG_traceexec).
func (t *Thread) lineHook(h *hook, index int) {
	line := t.current().lua().code.proto.Line(index)
	fresh := index == 0 || index <= h.pc || line != h.line
	h.line, h.pc = line, index
	if fresh {
		t.callHook(String("line"), Int(line))
	}
}

// resumeLine lets the caller of a function that has returned go on with the
// line it was in, without another line event.
func (t *Thread) resumeLine() {
	if t.frame == 0 || t.current().isGo() {
		return
	}
	f := t.current()
	code := f.lua().code
	t.hook.pc = code.index(f.pc)
	t.hook.line = code.proto.Line(t.hook.pc)
}

// callHook calls the hook function above everything that the thread uses.
func (t *Thread) callHook(event, line Value) {
	h := t.hook
	defer t.quietHooks()()
	top := t.top
	bottom := t.bottom()
	t.top = t.need(t.extent(), minGoStack)
	t.Call1(h.fn, event, line)
	t.top = top - bottom + t.bottom()
}

// quietHooks has no hook called until back is, which lets those that were called
// before, the hook that the thread has then or another one, be called again.
func (t *Thread) quietHooks() (back func()) {
	h := t.hook
	if h == nil || h.running {
		return func() {}
	}
	h.running = true
	return func() {
		h.running = false
		if t.hook != nil { // perhaps another one, which the code has set
			t.hook.running = false
		}
	}
}

// hookCall runs the call hook for a frame just opened, and arms it.
func (t *Thread) hookCall(f *frame) {
	if !f.isGo() {
		t.armFrame(f, t.callDepth())
	}
	h := t.hook
	if h == nil || h.running || h.mask&HookCall == 0 {
		return
	}
	event := "call"
	if f.flags&frameTail != 0 {
		event = "tail call"
	}
	if !f.isGo() {
		// The name and line of the function are asked as if it had begun.
		f.pc += instrSize
		t.callHook(String(event), Nil)
		t.current().pc -= instrSize
		return
	}
	t.callHook(String(event), Nil)
}

// hookReturn runs the return hook, before the n results at first are moved.
func (t *Thread) hookReturn(first uintptr, n int) uintptr {
	h := t.hook
	if h.running || h.mask&HookReturn == 0 {
		return first
	}
	top := t.top
	offset := first - t.bottom()
	if end := first + uintptr(n)*valueSize; t.top < end {
		t.top = end
	}
	bottom := t.bottom()
	t.callHook(String("return"), Nil)
	t.top = top - bottom + t.bottom()
	return t.bottom() + offset
}
