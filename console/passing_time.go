package console

import (
	"context"
	"errors"
	"time"

	"lunarium/console/access"
	"lunarium/runtime/service"
)

// This file lets time pass for commands that go on for some.

// mostRounds bounds what one line watches with the virtual clock, by a count, so that a
// session ends alike on every machine.
const mostRounds = 10_000

var errManyRounds = errors.New("watched for ten thousand rounds; go on with another watch, or with longer pauses")

// Pause lets time pass between two rounds; no more: the watching is over.
func (o *Operator) Pause(ctx context.Context, every, limit time.Duration) (more bool, err error) {
	if o.node.Clock().Virtual() {
		if err := o.mayMoveClock(); err != nil {
			return false, err
		}
		if o.rounds++; o.rounds > mostRounds {
			return false, errManyRounds
		}
		_, err := o.node.Clock().AdvanceWithin(ctx, every, &o.passing)
		switch {
		case errors.Is(err, service.ErrManySteps):
			return false, service.ErrManySteps
		case errors.Is(err, service.ErrRestless):
			return false, err
		}
		return err == nil, nil
	}
	timer := time.NewTimer(every)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true, nil
	case <-o.Stopped(limit):
	case <-o.node.Done():
	case <-ctx.Done():
	}
	return false, nil
}

// errClock: with the real clock the line would only look.
var errClock = errors.New("an observer may not do this on a node with the virtual clock: it moves the clock; ask for the role operator")

// mayMoveClock tells why who is at the session may not move the virtual clock.
func (o *Operator) mayMoveClock() error {
	if o.Who.Role() < access.Operator {
		return errClock
	}
	return nil
}

// Stopped is closed when what goes on until somebody stops it has to end: when
// further input comes, unless a limit was given.
func (o *Operator) Stopped(limit time.Duration) <-chan struct{} {
	if limit >= 0 || o.More == nil {
		return nil
	}
	return o.More()
}

// Advance moves the virtual clock; what falls due is done. It gives how many timers fired.
func (o *Operator) Advance(ctx context.Context, d time.Duration) (fired int, err error) {
	if err := o.mayMoveClock(); err != nil {
		return 0, err
	}
	return o.node.Clock().AdvanceWithin(ctx, d, &o.passing)
}

// AdvanceToNext moves the virtual clock to the next timer.
func (o *Operator) AdvanceToNext(ctx context.Context) (passed time.Duration, fired int, err error) {
	return o.node.Clock().NextWithin(ctx, &o.passing)
}

// Retimed has a transcript of the real clock tell for how long the line that runs went
// on: in the replay it moves the clock by itself. The line that its end is given is
// recorded instead of it. Inside of other lines nothing is changed.
func (o *Operator) Retimed() (end func(line string, took time.Duration)) {
	if o.recording == nil || o.depth > 0 {
		return func(string, time.Duration) {}
	}
	o.recording.Retract()
	return o.recording.Restate
}
