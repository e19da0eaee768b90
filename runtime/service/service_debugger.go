package service

import (
	"slices"

	"lunarium/runtime/vm"
)

// This file holds a service's dealings with its debugger.

// Attach gives the service a debugger. A stopped task stands until GoOn or
// Detach; the service goes on with other tasks meanwhile, unless Hold.
func (s Debugging) Attach(d *Debugger) error {
	if s.debug.by != nil {
		return ErrDebugged
	}
	s.debug.by = d
	s.debug.trap = vm.Trap{Wants: d.Wants, Stop: func(t *vm.Thread, c *vm.Code, index, depth int) bool {
		return !s.debug.aside && d.Stop(t, c, index, depth)
	}, Raised: func(t *vm.Thread, caught bool) bool {
		return !s.debug.aside && d.Raised(t, caught)
	}}
	s.Rearm()
	return nil
}

// By tells who debugs the service, "" when nobody does.
func (s Debugging) By() string {
	if s.debug.by == nil {
		return ""
	}
	return s.debug.by.Who
}

// Detach takes the debugger away and lets what stands go on.
func (s Debugging) Detach() {
	s.debug.by = nil
	s.debug.hold = false
	s.state.Debug().SetTrap(nil)
	for len(s.debug.stopped) > 0 {
		s.GoOn(s.debug.stopped[0].thread)
	}
	s.tellWatches(func(w *ServiceWatch) { w.Freed(Self(s)) })
}

// Rearm makes the machine ask Wants anew about every call.
func (s Debugging) Rearm() { s.state.Debug().SetTrap(&s.debug.trap) }

// Ask makes the machine ask Wants anew about the task that runs, which has used its slice
// up and has to go on, and waits for it as if it had an end: it is expected to stop. It
// gives nil when every task waits, or stands.
func (s Debugging) Ask() *vm.Thread {
	s.Rearm()
	if s.current == nil || !s.preempted {
		return nil
	}
	s.countAsLive()
	return s.current.thread
}

// Abort has a task that stands raise a value there, and lets it go on; false when it does
// not stand.
func (s Debugging) Abort(thread *vm.Thread, v vm.Value) bool {
	t, ok := thread.AsTask().Data().(*task)
	if !ok || !slices.Contains(s.debug.stopped, t) {
		return false
	}
	thread.AsTask().Abort(v)
	return s.GoOn(thread)
}

// Hold says whether the service does anything else while a task stands.
func (s Debugging) Hold(on bool) { s.debug.hold = on }

// GoOn lets a task that stands go on, before anything else that the service has to do;
// false when it does not stand.
func (s Debugging) GoOn(thread *vm.Thread) bool {
	t, ok := thread.AsTask().Data().(*task)
	if !ok || !s.forgetStopped(t) {
		return false
	}
	t.wait = Wait{}
	if s.preempted {
		s.woken.Push(t)
		return true
	}
	s.current, s.preempted = t, true
	s.busySince.Store(int64(s.worker.now) + 1)
	return true
}

// held tells whether the service must not do anything now.
func (s *core) held() bool { return s.debug.hold && len(s.debug.stopped) > 0 }

// noteStopped parks the running task, which the trap has stopped.
func (s *core) noteStopped(t *task) {
	t.wait = Wait{Kind: WaitDebugger, Since: s.about()}
	s.debug.stopped = append(s.debug.stopped, t)
	s.node.stoppedTasks.add(1)
	s.turned(t, TurnStopped)
}

// forgetStopped takes a task off the list of those that are stopped.
func (s *core) forgetStopped(t *task) bool {
	i := slices.Index(s.debug.stopped, t)
	if i < 0 {
		return false
	}
	s.debug.stopped = slices.Delete(s.debug.stopped, i, i+1)
	s.node.stoppedTasks.add(-1)
	return true
}

// turned tells the debugger how a task's turn ended.
func (s *core) turned(t *task, turn Turn) {
	if s.debug.by != nil && !s.debug.aside {
		s.debug.by.Turn(t.thread, turn)
	}
}
