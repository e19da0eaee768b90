package service

import (
	"context"
	"errors"
	"testing"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// outside adds "outside", which awaits until a test says that the work is done,
// to the services of a world.
func outside(s Self, begun chan<- func(string), cancelled chan<- struct{}) vm.Value {
	return s.State().NewFunction("outside", func(t *vm.Thread) int {
		return host.Await(t, "work", func(finish func(func(*vm.Thread) int)) func() {
			begun <- func(result string) {
				finish(func(t *vm.Thread) int { return t.Return(vm.String(result)) })
			}
			return func() { close(cancelled) }
		})
	})
}

// launchOutside starts a service that awaits outside work in its first message.
func launchOutside(t *testing.T) (w *world, s *Service, begun chan func(string), cancelled chan struct{}) {
	w = newWorld(t)
	begun, cancelled = make(chan func(string), 1), make(chan struct{})
	s = w.launch("waiter", `dispatch(function() print(outside()) end)`)
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		state.Globals.SetString("outside", outside(s, begun, cancelled))
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Send(s.Address(), message.TypeLua, message.Payload{}); err != nil {
		t.Fatal(err)
	}
	return w, s, begun, cancelled
}

func TestTheNodeSettlesWhenOutsideWorkIsDone(t *testing.T) {
	w, _, begun, _ := launchOutside(t)
	done := <-begun
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Settle(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("settled while work was under way: %v", err)
	}
	done("result")
	w.printed("result")
}

// What a library had open for a service is closed after the service's end, and
// the node is not settled before.
func TestTheNodeSettlesWhenWhatAServiceHadOpenIsClosed(t *testing.T) {
	w := newWorld(t)
	s := w.launch("owner", `dispatch(function() end)`)
	var closed, other func()
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		closed, other = host.Opened(state), host.Opened(state)
	}); err != nil {
		t.Fatal(err)
	}
	w.settle()
	other()
	w.Kill(s.Address())
	<-s.Gone()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Settle(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("settled while something was open: %v", err)
	}
	if _, err := w.Restart(ctx, s.Address()); err == nil {
		t.Error("an ended service was restarted")
	}
	select {
	case <-s.Released():
		t.Error("released while something was open")
	default:
	}
	closed()
	closed()
	w.settle()
	<-s.Released()

	// A library that hears of the end late opens and closes once more.
	late := s.hostOpened()
	if err := w.Settle(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("settled while something was opened late: %v", err)
	}
	late()
	w.settle()
	<-s.Released()
}

func TestOutsideWorkIsAbandonedWithItsService(t *testing.T) {
	w, s, begun, cancelled := launchOutside(t)
	done := <-begun
	w.Kill(s.Address())
	<-cancelled
	done("too late") // the node settles when the work has ended, and not before
	w.settle()
	w.printed("")
}

func TestPostedTasksMayWait(t *testing.T) {
	w := newWorld(t)
	s := w.launch("target", `function greet(name) print("before") sleep(100) print(name) end`)
	if !s.hostPost("greeting", host.TraceContext{}, func(t *vm.Thread) int {
		return t.CallThen(t.State().Globals.GetString("greet"), []vm.Value{vm.String("ann")}, nil)
	}, nil) {
		t.Fatal("not posted")
	}
	w.advance(time.Second)
	w.printed("before\nann")
	w.Kill(s.Address())
	<-s.Gone()
	if s.hostPost("late", host.TraceContext{}, func(*vm.Thread) int { return 0 }, nil) {
		t.Error("posted to a service that has ended")
	}
}

// request starts a request in a service and gives what its task's end is told with.
func request(t *testing.T, s *Service, function string) chan error {
	ended := make(chan error, 2)
	if !s.hostPost("request", host.TraceContext{}, func(t *vm.Thread) int {
		return t.CallThen(t.State().Globals.GetString(function), nil, nil)
	}, func(err error) bool { ended <- err; return false }) {
		t.Fatal("not posted")
	}
	return ended
}

func TestWhoRequestsHearsTheEnd(t *testing.T) {
	w := newWorld(t)
	s := w.launch("target", `
		function well() end
		function badly() error("no good") end
		function never() sleep(100000) end`)
	if err := <-request(t, s, "well"); err != nil {
		t.Errorf("a task that ended well: %v", err)
	}
	if err := <-request(t, s, "badly"); !errors.Is(err, message.ErrRaised) {
		t.Errorf("a task that failed: %v", err)
	}
	cancelled := request(t, s, "never")
	w.settle()
	if err := s.Do(w.ctx, func(s Self) {
		for _, task := range s.TasksHere() {
			s.KillTask(task.ID)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := <-cancelled; !errors.Is(err, message.ErrKilled) {
		t.Errorf("a task that was killed: %v", err)
	}
	waiting := request(t, s, "never")
	w.settle()
	w.Kill(s.Address())
	if err := <-waiting; !errors.Is(err, message.ErrKilled) {
		t.Errorf("a task whose service was killed: %v", err)
	}
	if len(waiting)+len(cancelled) > 0 {
		t.Error("an end was told twice")
	}
}

func TestTheNodeSettlesWhileAServiceWatches(t *testing.T) {
	w := newWorld(t)
	s := w.launch("watcher", "")
	finished := make(chan func(func(*vm.Thread) int), 1)
	s.hostPost("watching", host.TraceContext{}, func(t *vm.Thread) int {
		return host.Watch(t, "an event", func(finish func(func(*vm.Thread) int)) func() {
			finished <- finish
			return nil
		})
	}, nil)
	w.settle()
	(<-finished)(func(t *vm.Thread) int { s.Print("seen\n"); return 0 })
	w.settle()
	w.printed("seen")
}

func TestTasksSleepOnTokens(t *testing.T) {
	w := newWorld(t)
	s := w.launch("sleeper", `dispatch(function(_, _, name) print(name, nap(name)) end)`)
	closed := 0
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		state.Globals.SetString("nap", state.NewFunction("nap", func(t *vm.Thread) int {
			t.OnClose(func() { closed++ })
			return host.Sleep(t, time.Second, t.Arg(1))
		}))
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"woken", "left", "killed"} {
		if err := w.client.Send(s.Address(), message.TypeLua, message.Payload{Values: []vm.Value{vm.String(name)}}); err != nil {
			t.Fatal(err)
		}
	}
	w.settle()
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		if !host.Wakeup(state, vm.String("woken")) || host.Wakeup(state, vm.String("nobody")) {
			t.Error("Wakeup does not tell whether somebody slept")
		}
		if !s.KillTask(s.live.id) {
			t.Error("no task to kill")
		}
	}); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Second)
	w.printed("woken BREAK\nleft")
	if closed != 1 {
		t.Errorf("OnClose was called %d times", closed)
	}
}
