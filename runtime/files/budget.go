package files

import (
	"fmt"
	"sync"
	"syscall"
)

// This file counts the files that somebody holds.

// Budget is how many files somebody may hold. A nil one has no limit. Methods may be
// called from any goroutine.
type Budget struct {
	all  *Budget // of all services, this one's too; nil: this is it
	mu   sync.Mutex
	held int
	most int           // 0: no limit
	room chan struct{} // closed at the next change for the better; nil: nobody waits
}

// NewAll makes the budget of all services together; most is 0 for no limit.
func NewAll(most int) *Budget { return &Budget{most: most} }

// New makes the budget of one service.
func (b *Budget) New(most int) *Budget { return &Budget{all: b, most: most} }

// TooMany is that a budget is used up. It is EMFILE for errors.Is and errors.As.
type TooMany struct {
	Held, Most int
	All        bool // of all services together
}

// Error names the limit and what raises it.
func (e *TooMany) Error() string {
	if e.All {
		return fmt.Sprintf("too many open files: the services hold %d of the %d that there are for them (ulimit -n)", e.Held, e.Most)
	}
	return fmt.Sprintf("too many open files: this service holds %d of its %d (--files)", e.Held, e.Most)
}

// Unwrap gives the system's number of such an error.
func (e *TooMany) Unwrap() error { return syscall.EMFILE }

// Take notes n files that are about to be opened. give, which may be called more than
// once, notes that they are closed; or were not opened after all. The error is a
// *TooMany.
func (b *Budget) Take(n int) (give func(), err error) { return b.leaving(0, n) }

// leaving is Take of what leaves a part of the budget, as a divisor, to others; 0: none.
func (b *Budget) leaving(part, n int) (give func(), err error) {
	if b == nil {
		return func() {}, nil
	}
	if err := b.take(part, n); err != nil {
		return nil, err
	}
	if err := b.all.take(0, n); err != nil {
		b.give(n)
		return nil, err
	}
	return sync.OnceFunc(func() {
		b.give(n)
		b.all.give(n)
	}), nil
}

func (b *Budget) take(part, n int) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	most := b.most
	if part > 0 {
		most -= most / part
	}
	if b.most > 0 && b.held+n > most {
		return &TooMany{b.held, b.most, b.all == nil}
	}
	b.held += n
	return nil
}

func (b *Budget) give(n int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held -= n
	if b.room != nil {
		close(b.room)
		b.room = nil
	}
}

// changed is closed when there may be more room than when it was asked for.
func (b *Budget) changed() <-chan struct{} {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.room == nil {
		b.room = make(chan struct{})
	}
	return b.room
}

// guests is the part of a budget, as a divisor, that is left to the service when others
// come to it.
const guests = 8

// Admit is Take of one file for somebody who comes from outside, which waits until there
// is room; an eighth of the budget stays the service's own. waits is told, once, why. ok
// is false when closed was closed first.
func (b *Budget) Admit(closed <-chan struct{}, waits func(error)) (give func(), ok bool) {
	for first := true; ; first = false {
		own, all := b.changed(), b.whole().changed()
		give, err := b.leaving(guests, 1)
		if err == nil {
			return give, true
		}
		if first {
			waits(err)
		}
		select {
		case <-own:
		case <-all:
		case <-closed:
			return nil, false
		}
	}
}

func (b *Budget) whole() *Budget {
	if b == nil {
		return nil
	}
	return b.all
}

// Held gives how many files are open, and how many may be; 0: any number.
func (b *Budget) Held() (held, most int) {
	if b == nil {
		return 0, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held, b.most
}

// Shares gives what one service and what all services together may hold in a process
// that may have so many files open: a quarter, and three quarters. 0 is no limit.
func Shares(process int) (each, all int) { return process / 4, process - process/4 }
