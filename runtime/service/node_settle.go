package service

import (
	"cmp"
	"context"

	"lunarium/runtime/message"
)

// This file holds the wait until nothing happens before the next timer.

// Settle waits until no service has anything to do and no timer is due. A
// service that is endlessly busy is not waited for. With the virtual clock the error
// is ErrRestless when that does not come about, else ErrStopped or ctx's.
func (n *Node) Settle(ctx context.Context) error { return n.awaitRest(ctx, false) }

// awaitRest is Settle, when asked to also while the node stops.
func (n *Node) awaitRest(ctx context.Context, stopping bool) error {
	sc := &n.scheduler
	stop := context.AfterFunc(ctx, func() {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		sc.settled.Broadcast()
	})
	defer stop()
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.settlers.Add(1)
	defer sc.settlers.Add(-1)
	for !sc.liveness.settled() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if sc.stopped && !stopping {
			return message.ErrStopped
		}
		if err := sc.whyRestless(); err != nil {
			return err
		}
		sc.settled.Wait()
	}
	return nil
}

// awaitOver waits, after Stop, until every service has ended and what it had open is
// closed; the error is ctx's.
func (n *Node) awaitOver(ctx context.Context) error { return n.awaitRest(ctx, true) }

// whenStill tells when there is nothing more to wait for on a node with the virtual clock:
// ErrStandsStill, when it has nothing left to do and no task stands in a debugger,
// ErrRestless, or ctx's error. With the real clock it tells nothing.
func (n *Node) whenStill(ctx context.Context) <-chan error {
	if !n.config.Virtual {
		return nil
	}
	settled := make(chan error, 1)
	go func() {
		for {
			if err := n.Settle(ctx); err != nil {
				settled <- err
				return
			}
			if !n.stoppedTasks.wait(ctx) {
				settled <- cmp.Or(ctx.Err(), message.ErrStandsStill)
				return
			}
		}
	}()
	return settled
}

// AtRest tells whether nothing happens on the node before the next timer fires.
func (c *Clock) AtRest() bool {
	sc := &c.node.scheduler
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.liveness.settled()
}
