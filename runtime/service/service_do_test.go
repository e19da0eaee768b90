package service

// What the console has run on a service's own thread.

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

func TestDoAndRun(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	n := 0
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		n = state.Globals.Count()
	}); err != nil || n == 0 {
		t.Errorf("Do: %d, %v", n, err)
	}
	if err := s.Do(w.ctx, func(s Self) { panic("oops") }); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Errorf("Do that panics: %v", err)
	}
	p, err := w.client.Run(w.ctx, s.Address(), "eval", func(t *vm.Thread, m *message.Message) int {
		s := Of(t)
		return s.Call(t, s.Address(), message.TypeLua, message.Direct(Strings("self")...), func(t *vm.Thread, reply message.Payload) int {
			s.Ret(t, message.Direct(reply.Values...))
			return 0
		})
	})
	if err != nil || w.preview(p) != `"self"` {
		t.Errorf("Run: %s, %v", w.preview(p), err)
	}
	_, err = w.client.Run(w.ctx, s.Address(), "eval", func(t *vm.Thread, m *message.Message) int {
		t.Errorf("bad code")
		return 0
	})
	if !errors.Is(err, message.ErrRaised) || err.Error() != "bad code" {
		t.Errorf("Run that raises: %v", err)
	}
	w.Kill(s.Address())
	<-s.Gone()
	if err := s.Do(w.ctx, func(s Self) {}); !errors.Is(err, message.ErrDead) {
		t.Errorf("Do on a dead service: %v", err)
	}
}

// What the console runs for long on a service's thread, such as a reload, is not a
// task of the service: who calls it next is not told that it runs on and on.
func TestDoLeavesNobodyEndlesslyBusy(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo+`function long() repeat for i = 1, 10000 do end until endless() end`)
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		state.Globals.SetString("endless", s.tellsEndless())
		if _, err := s.RunHere(w.ctx, state.Globals.GetString("long")); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if s.endless.Load() {
		t.Error("the service counts as endlessly busy")
	}
	w.settle()
	if !w.Clock().AtRest() {
		t.Error("the node does not come to rest")
	}
}

// tellsEndless makes a function that tells whether the service counts as endlessly busy.
// Its status would tell of the real time, too, that a service takes on a slow machine.
func (s Self) tellsEndless() vm.Value {
	return s.state.NewFunction("endless", func(t *vm.Thread) int { return t.Return(vm.Bool(s.endless.Load())) })
}

// Waiting in a Go function wears nothing out, whoever looks meanwhile: the task that goes
// on afterwards is not endlessly busy.
func TestWhoWaitedIsNotEndlesslyBusy(t *testing.T) {
	w := newWorld(t)
	s := w.launch("waits", `dispatch(function() waits() for i = 1, 100000 do end ret(endless()) end)`)
	if err := s.Do(w.ctx, func(s Self) {
		state := s.state
		state.Globals.SetString("endless", s.tellsEndless())
		state.Globals.SetString("waits", state.NewFunction("waits", func(t *vm.Thread) int {
			t.PollAfter(time.Second)
			look := &order{look: true, done: make(chan struct{}), run: func() {}}
			look.call(s.core)
			return 0
		}))
	}); err != nil {
		t.Fatal(err)
	}
	if got := w.mustCall(s); got != "false" {
		t.Errorf("it counts as busy: %s", got)
	}
}
