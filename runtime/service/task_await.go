package service

import (
	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks wait for work outside the service, and how that gets in.

// Await suspends the task until work outside the service is done; it is what
// host.Await is for a service, but the node does not count the work: with
// the virtual clock it settles while the work goes on. Own thread; end the Go
// function with it.
func (s *Service) Await(t *vm.Thread, what string, start host.StartWork) int {
	task, session := s.beginAwait(t, what)
	task.cancel = start(func(then func(*vm.Thread) int) { s.endAwait(session, nil, then) })
	return t.Suspend(awaited)
}

// beginAwait notes that the running task is about to wait for work outside.
func (s *Service) beginAwait(t *vm.Thread, what string) (*task, int32) {
	task := taskToWait(t)
	session := s.GenID()
	s.await(task, Wait{Kind: WaitAwait, Session: session, Command: what})
	return task, session
}

// endAwait lets the task of a session go on with then. w is the calling worker
// or nil.
func (s *Service) endAwait(session int32, w *worker, then func(*vm.Thread) int) {
	m := message.Message{Type: message.TypeResponse, Session: session, Dest: s.address, Extra: &message.Extra{Finish: then}}
	s.node.deliver(&m, w)
	if w == nil {
		s.node.noteOutsideEvent()
	}
}

func awaited(t *vm.Thread) int {
	arrived := &taskOf(t).service.arrived
	finish := arrived.finish
	arrived.finish = nil
	if finish == nil {
		return 0
	}
	return finish(t)
}

// Post starts a task of the service that runs body, which may wait; what is the
// body's name in tracebacks. false: the service has ended. It is how what
// happens outside the node, a request to a server or a subscription's message,
// gets in.
func (s *Service) Post(what string, body func(*vm.Thread) int) bool {
	return s.Request(what, body, nil)
}

// Request is Post that tells, on the service's own thread, how the task ended;
// see host.Request.
func (s *Service) Request(what string, body func(*vm.Thread) int, ended host.TaskEnded) bool {
	return s.postBody(TaskPosted, what, body, ended)
}

func (s *Service) postBody(kind TaskKind, what string, body func(*vm.Thread) int, ended host.TaskEnded) bool {
	defer s.node.noteOutsideEvent()
	return s.node.deliver(&message.Message{
		Type: message.TypeDebug, Dest: s.address,
		Extra: &message.Extra{Work: &work{body: func(t *vm.Thread, _ *message.Message) int { return body(t) }, what: what, posted: kind, ended: ended}},
	}, nil)
}
