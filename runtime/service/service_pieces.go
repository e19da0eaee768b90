package service

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// This file holds longer work on a service's own thread, done in pieces.

// PieceTime is how long a piece of longer work on a service's thread may take: a
// message that comes meanwhile waits no longer.
const PieceTime = 2 * time.Millisecond

// restShare is how much longer than a piece took a service that has something to
// do gets for it before the next one.
const restShare = 2

// DoInPieces has a longer piece of work done on the service's own thread, as Do has a
// short one: it calls piece again and again until that tells that it is done.
// Between two pieces the service's messages pass, and what the work has read may
// change. A piece ends by itself after PieceTime; with the virtual clock, by count.
func (s *Service) DoInPieces(ctx context.Context, piece func(Self) (done bool)) error {
	for pieces := 0; ; pieces++ {
		done := false
		var took time.Duration
		err := s.Do(ctx, func(own Self) {
			begun := s.node.clock.monotonic()
			done = piece(own)
			took = s.node.clock.monotonic() - begun
		})
		if done {
			return nil
		}
		if err == nil {
			err = s.letMessagesPass(ctx, restShare*took)
		} else if pieces == 0 {
			return err // it did not even begin
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf(`%s holds more than can be gone through in that time; "timeout 1m" allows more: %w`, s.describe(), err)
		}
		if err != nil {
			return err
		}
	}
}

// letMessagesPass waits while the service works, but not longer than a time. With
// the virtual clock nothing works while a command is carried out, but what works
// without end.
func (s *core) letMessagesPass(ctx context.Context, longest time.Duration) error {
	if s.node.config.Virtual {
		return ctx.Err()
	}
	until := s.node.clock.monotonic() + longest
	for s.runState.Load() != runIdle && s.runState.Load() != runEnded && s.node.clock.monotonic() < until {
		timer := time.NewTimer(min(longest, passLook))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// passLook is how often a service that works is looked at.
const passLook = 500 * time.Microsecond

// Pace tells when a piece is to end.
type Pace struct {
	service *core
	begun   time.Duration
	places  int // looked at since the time was looked at, or with the virtual clock, in the piece
}

const (
	// pacePlaces is how many places of tables are looked at between two looks at
	// the time.
	pacePlaces = 256
	// piecePlaces is how many make a piece with the virtual clock.
	piecePlaces = 1 << 16
)

// Pace begins a piece.
func (s Self) Pace() Pace { return Pace{service: s.core, begun: s.node.clock.monotonic()} }

// Over tells, after so many more places of tables were looked at, whether the piece
// is to end.
func (p *Pace) Over(places int) bool {
	p.places += places
	if p.service.node.config.Virtual {
		return p.places >= piecePlaces
	}
	if p.places < pacePlaces {
		return false
	}
	p.places = 0
	return p.service.node.clock.monotonic()-p.begun >= PieceTime
}

// InTask tells whether a task stands in the middle of its work, because its slice is over: it
// goes on between two pieces.
func (s Self) InTask() bool { return s.current != nil }

// SetFindings keeps what somebody who looks into the service found out about it, for
// Findings.
func (s Self) SetFindings(known any) { s.findings = known }

// Findings gives what SetFindings kept; nil at first.
func (s Self) Findings() any { return s.findings }
