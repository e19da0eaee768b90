package service

import (
	"context"
	"errors"
	"testing"
	"time"

	"lunarium/runtime/vm"
)

// outside adds "outside", which awaits until a test says that the work is done,
// to the services of a world.
func outside(s *Service, begun chan<- func(string), cancelled chan<- struct{}) vm.Value {
	return s.State().NewFunction("outside", func(t *vm.Thread) int {
		return t.Await("work", func(finish func(func(*vm.Thread) int)) func() {
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
	if err := s.Do(w.ctx, func(state *vm.State) {
		state.Globals.SetString("outside", outside(s, begun, cancelled))
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Send(s.Address(), TypeLua, Payload{}); err != nil {
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

func TestOutsideWorkIsAbandonedWithItsService(t *testing.T) {
	w, s, begun, cancelled := launchOutside(t)
	done := <-begun
	w.Kill(s.Address())
	<-cancelled
	w.settle()
	done("too late")
	w.printed("")
}

func TestPostedTasksMayWait(t *testing.T) {
	w := newWorld(t)
	s := w.launch("target", `function greet(name) print("before") sleep(100) print(name) end`)
	if !s.Post("greeting", func(t *vm.Thread) int {
		return t.CallThen(t.State().Globals.GetString("greet"), []vm.Value{vm.String("ann")}, nil)
	}) {
		t.Fatal("not posted")
	}
	w.advance(time.Second)
	w.printed("before\nann")
	w.Kill(s.Address())
	<-s.Gone()
	if s.Post("late", func(*vm.Thread) int { return 0 }) {
		t.Error("posted to a service that has ended")
	}
}
