package service

import (
	"fmt"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds what a message may have done instead of calling a handler: a Go body.

// Handler is a Go function as the body of a task: like any library function it
// may wait, and what it returns ends the task.
type Handler func(t *vm.Thread, m *message.Message) int

// work is a message's Extra.Work.
type work struct {
	body   Handler        // runs instead of the protocol's handler; nil: that runs
	what   string         // what body is, for people
	posted TaskKind       // of the task for a body that a library posted; else 0
	ended  host.TaskEnded // hears how a posted body's task ended
	bound  *bound         // how long the task may go on; nil: as long as it likes
}

// workOf gives a message's work; nil when it has none.
func workOf(m *message.Message) *work {
	if m.Extra == nil {
		return nil
	}
	w, _ := m.Extra.Work.(*work)
	return w
}

// tellEnded tells whoever waits for a posted task how it ended; the first call counts.
// settled: that is all that there is to tell.
func tellEnded(m *message.Message, err error) (settled bool) {
	w := workOf(m)
	if w == nil || w.ended == nil {
		return false
	}
	ended := w.ended
	w.ended = nil
	return ended(err)
}

// tellCancelled is over for a task that was ended from outside.
func tellCancelled(m *message.Message, f *message.Failure) {
	tellEnded(m, fmt.Errorf("%w: %w", vm.ErrKilled, f))
}
