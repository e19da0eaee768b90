package service

import (
	"cmp"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how a service ends.

// Exit ends the service (skynet.exit). In a start function that set a dispatch function
// and registered a name it ends that function only, unless Config.StrictExit. It does
// not return to Lua. End the Go function with it.
func (s Self) Exit(t *vm.Thread) int {
	task := taskOf(t)
	if task.kind == TaskStart && !s.node.config.StrictExit && s.dispatches() && s.node.hasName(s.address) {
		task.leaveStart = true
		s.warnOnce("exit", "skynet.exit() at the end of the start function: "+s.describe()+
			" has a name and a dispatch function, so it serves on")
		return t.Suspend(nil)
	}
	s.ending = &ending{reason: message.ErrExited, text: "exited"}
	return t.Suspend(nil)
}

// end answers everybody who waits for the service and takes it apart.
func (s *core) end() {
	e := s.ending
	who := s.describe()
	s.clearBusy()
	s.node.remove(s, e)
	text := who + " " + e.text + " before it answered"
	s.debug.by = nil
	for _, w := range s.node.watches.watching() {
		w.Ended(Self{s})
	}
	for _, w := range s.oldestFirst() {
		if w.task == nil {
			s.node.clock.remove(w)
			continue
		}
		t := w.task
		if t.wait.Kind == WaitDebugger {
			s.forgetStopped(t)
		}
		s.leaveWait(t)
		tellCancelled(&t.message, s.failure(&t.message, e.reason, text))
		unanswered := ""
		if !t.answered && !t.promised && t.message.WantsAnswer() {
			f := s.failure(&t.message, e.reason, text)
			f.Handling = t.handling
			s.node.reply(&t.message, f)
			unanswered = text
		}
		if t.trace != nil {
			s.endSpan(t, unanswered)
		}
	}
	for _, a := range s.openAnswers() {
		a.done = true
		s.node.reply(&a.message, a.failure(e.reason, text))
	}
	for m := s.inbox.Next(); m != nil; m = s.inbox.Next() {
		s.refuseUnhandled(m, e, who)
	}
	for _, m := range s.box.Close() {
		s.refuseUnhandled(&m, e, who)
	}
	if s.launched != nil {
		s.startEnded(s.failure(&message.Message{}, e.reason, who+" "+e.text+" while it started"))
	}
	s.finalizeAll()
	s.leaveOpenResources()
	s.orders.mu.Lock()
	do, killed := s.orders.do, s.orders.ending != nil
	s.orders.do, s.orders.closed = nil, true
	s.orders.mu.Unlock()
	if killed {
		s.node.settleOne(liveKill)
	}
	for _, o := range do {
		o.fail(message.ErrDead)
	}
	s.node.wake(s.waitlist.close())
	s.closeLog()
	s.machine.Store(nil)
	s.dropRing()
	s.workerOnly = workerOnly{worker: s.worker, ending: e}
	s.queue.Store(0)
	s.tasks.Store(0)
	s.tellEnded(e)
	close(s.gone)
	s.node.occupants.closeWhenEmpty(s.node.registry.deserted)
}

// refuseUnhandled deals with a message that an ended service never handled.
func (s *core) refuseUnhandled(m *message.Message, e *ending, who string) {
	tellCancelled(m, s.failure(m, e.reason, who+" "+e.text+" before it handled the request"))
	switch {
	case m.Type == message.TypeResponse || m.Type == message.TypeError:
	case m.WantsAnswer():
		s.node.reply(m, s.failure(m, e.reason, who+" "+e.text+" before it answered"))
	default:
		s.node.addDeadLetter(m, who+" "+e.text+" before it handled the message")
	}
}

func (s *core) openAnswers() []*Answer {
	var open []*Answer
	for a := range s.answers {
		open = append(open, a)
	}
	slices.SortFunc(open, func(a, b *Answer) int {
		return cmp.Or(cmp.Compare(a.message.Source, b.message.Source), cmp.Compare(a.message.Session, b.message.Session))
	})
	return open
}
