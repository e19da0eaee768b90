package service

import (
	"context"
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how a service is given orders, and obeys them.

// Do calls f on the service's own thread: between messages, or at a trap when a
// task is running, whose stack is intact. f must be quick and must not run Lua
// code that waits. When Do returns an error, f was not called, or it panicked.
// The error is ErrDead, or the context's, with ErrStuck when the service does
// not come out of a Go function. Do must not be called by a service on itself.
func (s *Service) Do(ctx context.Context, f func(Self)) error {
	return s.do(ctx, func() { f(Self{&s.core}) })
}

// Order is Do for those who do not wait, or wait for more: done is closed when f has been
// called, or never will be because the service has ended. The error is ErrDead.
func (s *Service) Order(f func(Self)) (done <-chan struct{}, err error) {
	o := &order{run: func() { f(Self{&s.core}) }, done: make(chan struct{})}
	return o.done, s.give(o)
}

// do is Do for the node's own.
func (s *core) do(ctx context.Context, f func()) error {
	return s.order(ctx, &order{run: f, done: make(chan struct{})})
}

// runReading is Do for an f that only reads what the service and its stacks are, and
// runs no Lua code and no collection: it is called inside a long library call,
// too, if that polls.
func (s *core) runReading(ctx context.Context, f func()) error {
	return s.order(ctx, &order{run: f, look: true, done: make(chan struct{})})
}

// order gives the service an order and waits until it is done.
func (s *core) order(ctx context.Context, o *order) error {
	if err := s.give(o); err != nil {
		return err
	}
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
	}
	if !o.state.CompareAndSwap(orderOpen, orderDropped) {
		<-o.done
		return o.err
	}
	if s.stuck.Load() {
		return fmt.Errorf("%s: %w: %w", s.describe(), message.ErrStuck, ctx.Err())
	}
	return fmt.Errorf("%s did not answer: %w", s.describe(), ctx.Err())
}

// give gives the service an order. It obeys those that it is given before a message, when
// it comes to them, before that message.
func (s *core) give(o *order) error {
	s.orders.mu.Lock()
	if s.orders.closed {
		s.orders.mu.Unlock()
		return fmt.Errorf("%s: %w", s.describe(), message.ErrDead)
	}
	s.orders.do = append(s.orders.do, o)
	s.orders.mu.Unlock()
	s.ask(askDo)
	if machine := s.machine.Load(); o.look && machine != nil {
		machine.Interrupt(vm.InterruptLook)
	}
	return nil
}

// codeLoaded is the machine's word that a chunk of a file comes to the service.
func (s *core) codeLoaded() { s.tellWatches(func(w *ServiceWatch) { w.Loaded(Self{s}) }) }

// tellWatches tells those who watch the node of the service, by an order, since nothing can
// be looked at now.
func (s *core) tellWatches(tell func(*ServiceWatch)) {
	for _, w := range s.node.watches.watching() {
		// It is refused when the service is about to end, which is told anyway.
		_ = s.give(&order{run: func() { tell(w) }, done: make(chan struct{})})
	}
}

// runOrders calls what Do queued. In the middle of a collection orders wait, but for
// those that only look.
func (s *core) runOrders() {
	s.orders.mu.Lock()
	do := s.orders.do
	s.orders.do = nil
	s.orders.mu.Unlock()
	if s.inCollection() && s.node.scheduler.unrest.exhausted() {
		s.finishCollecting() // it would not go on
	}
	for len(do) > 0 && !s.inCollection() {
		s.obeyOrders(do[:1])
		do = do[1:]
	}
	if len(do) == 0 {
		return
	}
	s.orders.mu.Lock()
	s.orders.do = append(do, s.orders.do...)
	s.orders.mu.Unlock()
	s.deferred = true
	s.answerLooks()
}

// answerLooks is told by the machine that it stands where it can be looked at;
// the orders that ask for more wait on.
func (s *core) answerLooks() {
	var looks, others []*order
	s.orders.mu.Lock()
	for _, o := range s.orders.do {
		if o.look {
			looks = append(looks, o)
		} else {
			others = append(others, o)
		}
	}
	s.orders.do = others
	s.orders.mu.Unlock()
	s.obeyOrders(looks)
}

func (s *core) obeyOrders(orders []*order) {
	for _, o := range orders {
		if o.state.CompareAndSwap(orderOpen, orderTaken) {
			o.call(s)
		}
	}
}

// call runs the order. The Lua code that it runs is not the running task's: it
// does not make that endlessly busy.
func (o *order) call(s *core) {
	defer close(o.done)
	before, endless := s.effort, s.endless.Load()
	defer func() {
		if !endless {
			s.countAsLive()
		}
		s.effort = before
	}()
	defer func() {
		if r := recover(); r != nil {
			o.err = fmt.Errorf("on the service's thread: %v", r)
		}
	}()
	defer s.node.timesInspection()()
	o.run()
}
