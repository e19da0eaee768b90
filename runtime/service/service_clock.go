package service

import "time"

// This file holds the time as the service's code sees it.

// Now and Elapsed give the time as the service's code sees it: by the node's clock, and
// where code is only tried, when the service began.
func (s Self) Now() time.Time { return s.node.clock.Start().Add(s.Elapsed()) }

func (s Self) Elapsed() time.Duration {
	if s.trial != nil {
		return s.born.Sub(s.node.clock.Start())
	}
	return s.node.clock.Elapsed()
}

// Ticks and Seconds are the clock's, as the service's code sees it.
func (s Self) Ticks() int64 { return s.node.clock.ticksAt(s.Elapsed()) }

func (s Self) Seconds() float64 { return s.node.clock.secondsAt(s.Elapsed()) }

// CPU gives the process's processor time, which used tells, as the service's code sees
// it.
func (s Self) CPU(used func() time.Duration) time.Duration {
	switch {
	case s.node.clock.Virtual():
		return s.Elapsed()
	case s.trial != nil:
		return 0
	}
	return used()
}
