package service

import (
	"errors"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds what is told at once of errors that nobody caught.

// Crash is an error that a task ended with, for who is told of it on the service's own
// thread. It is of use during that call alone: the stacks of the task stand as the error
// left them, and nobody who waits for the task has heard of it.
type Crash struct {
	Self
	Failure *message.Failure
	Kind    TaskKind
	Task    uint64        // its number
	Site    string        // the line that made the task, of a fork or time-out, "main.lua:12"; or ""
	Begun   time.Duration // when the task was made, as Clock.Elapsed
	task    *task
	record  uint64
}

// Asker is a task that waited for the answer which a crash, or a later asker, kept from it.
type Asker struct {
	Service message.Address
	Name    string // the service's
	Task    TaskInfo
}

// tellCrash tells of a task that has ended with a failure, if that is an error of the
// program: ends that somebody ordered are none, nor is what people's own code raises.
func (s *core) tellCrash(t *task, f *message.Failure, record uint64) {
	tell := s.node.config.Crashed
	if tell == nil || !errors.Is(f, message.ErrRaised) || t.kind == TaskBody && t.message.WantsAnswer() {
		return
	}
	f.Crash = tell(Crash{
		Self: Self{s}, Failure: f, Kind: t.kind, Task: t.id, Site: t.madeAt(), Begun: t.created,
		task: t, record: record,
	})
}

// Threads gives the threads whose calls the task was in, the innermost coroutine first;
// none when the task was closed.
func (c Crash) Threads() []*vm.Thread { return c.task.thread.AsTask().Fallen() }

// Message tells of the message that the task worked on, with what it carried if the flight
// recorder has it; nil: it worked on none.
func (c Crash) Message() *Handled {
	if rec := c.recordOf(c.record); rec != nil {
		h := c.node.handled(c.address, rec)
		return &h
	}
	m := &c.task.message
	if m.Dest == 0 {
		return nil
	}
	return &Handled{Service: c.address, Name: c.node.NameOf(c.address), Source: m.Source, From: c.node.NameOf(m.Source), Type: m.Type.String(), Session: m.Session}
}

// EachAsker calls found for the task that waits for the crashed one's answer, for the one
// that waits for that one's, and so on, up to most. Each call comes later, on the asker's own
// thread: before the failure reaches it, unless it is just taking its messages.
func (c Crash) EachAsker(most int, found func(Asker)) {
	c.node.seekAsker(&c.task.message, most, found)
}

func (n *Node) seekAsker(m *message.Message, most int, found func(Asker)) {
	asker, session := n.registry.find(m.Source), m.Session
	if asker == nil || session == 0 || most == 0 {
		return
	}
	s := &asker.core
	look := func() {
		w := s.sessions.find(session)
		if w == nil || w.task == nil || w.task.wait.Kind != WaitCall {
			return // the answer was faster
		}
		found(Asker{Service: s.address, Name: n.NameOf(s.address), Task: s.briefInfo(w.task)})
		n.seekAsker(&w.task.message, most-1, found)
	}
	_ = s.give(&order{run: look, look: true, done: make(chan struct{})}) // one that has ended asks no more
}
