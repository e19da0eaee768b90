package service

import (
	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how tasks wait for work outside the service, and how that gets in.

// hostWatch is host.Host.Watch for a service: it suspends the task until work outside
// is done, which the node does not count: with the virtual clock it settles while the
// work goes on. Own thread; end the Go function with it.
func (s *core) hostWatch(t *vm.Thread, what string, start host.StartWork) int {
	task, session := s.beginAwait(t, what)
	task.cancel = start(func(then func(*vm.Thread) int) { s.endAwait(session, nil, then) })
	return t.Suspend(awaited)
}

// beginAwait notes that the running task is about to wait for work outside.
func (s *core) beginAwait(t *vm.Thread, what string) (*task, int32) {
	task := taskToWait(t)
	session := s.genID()
	s.beginWait(task, Wait{Kind: WaitAwait, Session: session, Command: what})
	s.beginWaitSpan(task, what)
	return task, session
}

// endAwait lets the task of a session go on with then. w is the calling worker
// or nil.
func (s *core) endAwait(session int32, w *worker, then func(*vm.Thread) int) {
	m := message.Message{Type: message.TypeResponse, Session: session, Dest: s.address, Extra: &message.Extra{Finish: then}}
	s.node.deliver(&m, w)
	if w == nil {
		s.node.noteOutsideEvent()
	}
}

func awaited(t *vm.Thread) int {
	task := taskOf(t)
	task.service.endWaitSpan(task)
	arrived := &task.service.arrived
	finish := arrived.finish
	arrived.finish = nil
	if finish == nil {
		return 0
	}
	return finish(t)
}

// hostPost is host.Host.Post for a service: it starts a task that runs body, which may
// wait; what is the body's name in tracebacks. ended is told, on the service's own
// thread, how the task ended. false: the service has ended. It is how what happens
// outside the node, a request to a server or a subscription's message, gets in.
func (s *core) hostPost(what string, trace host.TraceContext, body func(*vm.Thread) int, ended host.TaskEnded) bool {
	return s.postBody(TaskPosted, what, s.node.tracer.remote(trace.Parent, trace.State), body, ended)
}

func (s *core) postBody(kind TaskKind, what string, trace *message.Trace, body func(*vm.Thread) int, ended host.TaskEnded) bool {
	defer s.node.noteOutsideEvent()
	return s.node.deliver(&message.Message{
		Type: message.TypeDebug, Dest: s.address,
		Extra: &message.Extra{Trace: trace, Work: &work{body: func(t *vm.Thread, _ *message.Message) int { return body(t) }, what: what, posted: kind, ended: ended}},
	}, nil)
}
