package service

import (
	"strings"
	"time"

	"lunarium/runtime/vm"
)

// This file holds how tasks begin and end to wait.

// beginWait notes what a task is about to wait for under a session.
func (s *core) beginWait(t *task, w Wait) {
	s.leaveWait(t)
	w.Since = s.about()
	t.wait = w
	if w.Session != 0 {
		t.Payload.session, t.Payload.kind = w.Session, w.Kind
		s.sessions.add(&t.waiter)
	}
}

// leaveWait forgets what a task waits for.
func (s *core) leaveWait(t *task) {
	if t.wait.Kind == WaitNone {
		return
	}
	if p := s.profiles.Load(); p != nil {
		s.noteWait(t, p)
	}
	if t.wait.Session != 0 {
		s.sessions.remove(t.wait.Session)
		delete(s.setBy, t.wait.Session)
	}
	if t.timed {
		s.node.clock.remove(&t.waiter)
		t.timed = false
	}
	if t.token != nil {
		delete(s.tokens, *t.token)
		t.token = nil
	}
	if t.sender != nil {
		t.sender.gone.Store(true)
		t.sender = nil
	}
	t.onThread, t.lock = false, nil
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
	t.wait = Wait{}
}

// setTimer sets the timer of a task that waits for it.
func (s *core) setTimer(t *task, due time.Duration) {
	t.timed = true
	s.node.clock.add(&t.waiter, due)
}

// mostCallSites is how many lines of code that set timers are known apart.
const mostCallSites = 1024

// site gives the place in Lua that called the running Go function.
func (s *core) site(t *vm.Thread) *callSite {
	code, line := t.Debug().Place(1)
	at := codeLine{code, line}
	p := s.callSites[at]
	if p == nil {
		caller, by := t.Debug().Caller()
		p = &callSite{s, strings.TrimSuffix(t.Where(1), ": "), caller, uint32(by)}
		if s.callSites == nil || len(s.callSites) >= mostCallSites {
			s.callSites = map[codeLine]*callSite{} // code that is loaded and thrown away makes new ones for ever
		}
		s.callSites[at] = p
	}
	return p
}
