package service

import "sync/atomic"

// This file holds an order to a service: a function to be called on its own thread.

// order is a function to be called on a service's own thread.
type order struct {
	run   func()
	look  bool          // run only reads
	state atomic.Uint32 // orderOpen, orderTaken, orderDropped
	done  chan struct{}
	err   error
}

const (
	orderOpen uint32 = iota
	orderTaken
	orderDropped
)

func (o *order) fail(err error) {
	if o.state.CompareAndSwap(orderOpen, orderTaken) {
		o.err = err
		close(o.done)
	}
}
