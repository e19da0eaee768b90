package vm

import (
	"errors"
	"runtime"
	"sync/atomic"
)

// This file counts bytes that Go code holds for a state.

// ErrMemory is that a state's memory limit does not allow what was asked for.
var ErrMemory = errors.New(MemoryText)

// Loan counts bytes that Go code holds for a state on any goroutine: rows and bodies
// that come in and that Lua code does not have yet. All loans of a state together may be
// as large as its memory limit. One goroutine at a time uses a loan.
type Loan struct {
	state *State
	bytes *atomic.Int64
}

// Loan begins to count. What a loan that nobody ended counts is given back when Go has
// collected it.
func (m Memory) Loan() *Loan {
	s := m.s
	l := &Loan{state: s, bytes: &atomic.Int64{}}
	if s.bound.Load() > 0 {
		runtime.AddCleanup(l, func(bytes *atomic.Int64) { s.lent.Add(-bytes.Swap(0)) }, l.bytes)
	}
	return l
}

// Add counts n more bytes, or gives ErrMemory.
func (l *Loan) Add(n int) error {
	limit := l.state.bound.Load()
	if limit <= 0 {
		return nil
	}
	if l.state.lent.Add(int64(n)) > limit {
		l.state.lent.Add(-int64(n))
		return ErrMemory
	}
	l.bytes.Add(int64(n))
	return nil
}

// End gives back what was counted; again has no effect.
func (l *Loan) End() { l.state.lent.Add(-l.bytes.Swap(0)) }
