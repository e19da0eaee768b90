package cache

import (
	"context"
	"errors"
	"sync/atomic"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds subscriptions to channels.

// subscription is a function that runs for each value of a channel. The function
// is held by the state (host.Hold), where a reload finds it.
type subscription struct {
	connection *connection
	channel    string
	key        string // of the function
	stop       func(context.Context)
	over       atomic.Bool
	losing     atomic.Bool   // values were lost since the service took one
	done       chan struct{} // closed when the service has closed it
}

var subscriptions = kit.Kind[*subscription]{Name: "cache subscription"}

// subscribed is how it went to subscribe.
type subscribed struct {
	stop func(context.Context)
	err  error
}

// subscribe is c:subscribe(channel, f): f(channel, value) runs as a task of the
// service for each value that is published. It gives the subscription.
func (c *connection) subscribe(t *vm.Thread) int {
	state := t.State()
	s := &subscription{connection: c, channel: c.key(t, 2), done: make(chan struct{})}
	f := t.CheckFunction(3)
	if host.Gone(state) == nil {
		t.Errorf("cache: %s", errNoTasks)
	}
	handle := subscriptions.New(state, s, c.library.subscriptions)
	var real bool
	if s.key, real = host.Hold(state, "cache channel "+s.channel, f); !real {
		s.over.Store(true)
		return t.Return(handle)
	}
	receive := func(text string) bool { return !s.over.Load() && s.receive(state, text) }
	return do(c, t, asked{what: "subscribe", keys: []string{s.channel}}, func(ctx context.Context) (subscribed, error) {
		stop, err := c.store.subscribe(withPayer(ctx, host.Files(state)), s.channel, receive)
		if err == nil {
			go s.stopWith(host.Gone(state), stop, host.Opened(state))
		}
		return subscribed{stop, err}, nil
	}, func(t *vm.Thread, how subscribed) int {
		if how.err != nil {
			host.Release(state, s.key)
			t.Errorf("cache: %s", how.err)
		}
		s.stop = how.stop
		c.active[s] = true
		return t.Return(handle)
	})
}

// bytesOfPost is what a value takes, besides its text, until the service has it.
const bytesOfPost = 256

// receive has the function called with a value; false when the service has ended. When
// the values that wait take more than the service's memory limit, further ones are
// lost, which its log tells once.
func (s *subscription) receive(state *vm.State, text string) bool {
	loan := state.Memory().Loan()
	if err := loan.Add(bytesOfPost + len(text)); err != nil {
		return s.losing.Swap(true) || host.Post(state, "cache channel "+s.channel, func(t *vm.Thread) int {
			t.Errorf("values of the channel %s are lost: %s", s.channel, err)
			return 0
		})
	}
	return host.Post(state, "cache channel "+s.channel, func(t *vm.Thread) int {
		loan.End()
		s.losing.Store(false)
		return s.run(t, text)
	})
}

// run gives the function one value, unless the subscription was closed
// meanwhile.
func (s *subscription) run(t *vm.Thread, text string) int {
	if s.over.Load() {
		return 0
	}
	return t.CallThen(host.Held(t.State(), s.key), []vm.Value{vm.String(s.channel), decode(t, text)}, nil)
}

// stopWith ends the subscription when the service ends before it is closed.
func (s *subscription) stopWith(gone <-chan struct{}, stop func(context.Context), closed func()) {
	defer closed()
	select {
	case <-s.done:
		return
	case <-gone:
	}
	s.over.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), s.connection.timeout)
	defer cancel()
	stop(ctx)
}

// stopAll ends the connection's subscriptions for the service, and gives what
// ends them in the store.
func (c *connection) stopAll() (stops []func(context.Context)) {
	for s := range c.active {
		s.end()
		stops = append(stops, s.stop)
	}
	clear(c.active)
	return stops
}

// end makes the function see nothing any more; own thread.
func (s *subscription) end() {
	s.over.Store(true)
	host.Release(s.connection.library.state, s.key)
	close(s.done)
}

// closeSubscription ends a subscription; again has no effect.
func closeSubscription(t *vm.Thread) int {
	s := subscriptions.Check(t, 1)
	if s.over.Load() || t.State().Isolated() {
		return 0
	}
	s.end()
	delete(s.connection.active, s)
	return do(s.connection, t, asked{what: "close", keys: []string{s.channel}}, func(ctx context.Context) (none, error) { s.stop(ctx); return none{}, nil },
		func(*vm.Thread, none) int { return 0 })
}

var errNoTasks = errors.New("nobody here could run a subscription's function: this is no service")
