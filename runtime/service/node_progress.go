package service

import (
	"context"
	"errors"
	"time"

	"lunarium/runtime/message"
)

// This file holds whether a node does what it has to do.

// ErrNoProgress: services wait and no worker takes one, or a timer is due and does not
// fire.
var ErrNoProgress = errors.New("the node makes no progress")

// lateTimer is how late a timer must be to be looked at.
const lateTimer = time.Second

// Works waits until the node is seen to work: no service waits for a worker, or a worker
// has come for one; and no timer is late, or another one is the next. It asks nobody, so
// that it holds nothing up. The error is ErrNoProgress when ctx ends before that, or
// ErrStopped.
func (n *Node) Works(ctx context.Context) error {
	looks := time.NewTicker(monitorEvery)
	defer looks.Stop()
	first := n.lookAtProgress()
	for now := first; ; now = n.lookAtProgress() {
		select {
		case <-n.done:
			return message.ErrStopped
		default:
		}
		if now.since(first) {
			return nil
		}
		select {
		case <-looks.C:
		case <-n.done:
			return message.ErrStopped
		case <-ctx.Done():
			return ErrNoProgress
		}
	}
}

func (n *Node) lookAtProgress() progress {
	p := n.scheduler.progress()
	due, ok := n.clock.Due()
	p.late = ok && !n.config.Virtual && n.clock.Elapsed()-due > lateTimer
	p.due = due
	return p
}
