package service

// Messages that wait: listed, dropped, moved.

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// waitingNumbers gives the numbers of the messages that wait.
func waitingNumbers(t *testing.T, s *Service) (numbers []uint64) {
	t.Helper()
	list, total, err := s.WaitingMessages(t.Context(), 100)
	if err != nil || total != len(list) {
		t.Fatalf("%d of %d messages: %v", len(list), total, err)
	}
	for _, m := range list {
		numbers = append(numbers, m.Number)
	}
	return numbers
}

// Of messages that the service has taken together, and of those in its mailbox, each can
// be taken out: a request's sender gets an error, or the other service's answer.
func TestWaitingMessagesAreTakenOut(t *testing.T) {
	w := newWorld(t)
	loop := w.launch("loop", `dispatch(function(_, _, x) if x == "loop" then while true do end end end)`)
	other := w.launch("other", `dispatch(function(_, _, x) ret(x .. " answered") end)`)
	caller := `start(function() for i = 1, 3 do fork(function() print(pcall(call, "` + loop.Address().String() + `", "request " .. i)) end) end end)`
	w.scheduler.together(func() {
		for _, x := range []string{"loop", "one", "two"} {
			w.client.Send(loop.Address(), message.TypeLua, message.Direct(vm.String(x)))
		}
	})
	w.settle()
	w.launch("caller", caller)
	w.settle()
	if diff := cmp.Diff([]uint64{2, 3, 4, 5, 6}, waitingNumbers(t, loop)); diff != "" {
		t.Fatal(diff)
	}
	for _, number := range []uint64{3, 5} {
		if _, err := loop.DropMessage(t.Context(), number); err != nil {
			t.Error(err)
		}
	}
	if _, err := loop.MoveMessage(t.Context(), 6, other); err != nil {
		t.Error(err)
	}
	for _, number := range []uint64{0, 1, 3, 5, 6, 7} {
		if _, err := loop.DropMessage(t.Context(), number); !errors.Is(err, ErrNoMessage) {
			t.Errorf("message %d: %v", number, err)
		}
	}
	w.settle()
	if diff := cmp.Diff([]uint64{2, 4}, waitingNumbers(t, loop)); diff != "" || loop.QueueLen() != 2 {
		t.Errorf("%d: %s", loop.QueueLen(), diff)
	}
	w.printed("false the request to loop :00000002 was dropped by an operator\ntrue request 3 answered")
	var dead []string
	for _, d := range w.DeadLetters().Last(-1) {
		dead = append(dead, d.Message+" "+d.Reason)
	}
	if diff := cmp.Diff([]string{`"two" it was dropped by an operator`, `"request 2" it was dropped by an operator`}, dead); diff != "" {
		t.Error(diff)
	}
	w.Kill(loop.Address())
	<-loop.Gone()
	if _, err := loop.DropMessage(t.Context(), 2); !errors.Is(err, message.ErrDead) {
		t.Errorf("of an ended service: %v", err)
	}
}

// An answer that a task waits for stays, and what a session has a service do.
func TestAnswersAreNotTakenOut(t *testing.T) {
	w := newWorld(t)
	echo := w.launch("echo", `dispatch(function(_, _, x) ret(x) end)`)
	caller := w.launch("caller", `start(function()
		fork(function() print(call("`+echo.Address().String()+`", "x")) end)
		fork(function() while true do end end)
	end)`)
	w.settle()
	if _, err := caller.DropMessage(t.Context(), waitingNumbers(t, caller)[0]); !errors.Is(err, ErrAwaited) {
		t.Errorf("an answer: %v", err)
	}
}

// What waits for a service that is inside a Go function can be seen and taken out as far
// as it has not taken it yet.
func TestMessagesOfAStuckService(t *testing.T) {
	w := newWorld(t)
	s := w.launch("stuck", `dispatch(function() end)`)
	inside, leave := make(chan struct{}), make(chan struct{})
	go w.client.Run(w.ctx, s.Address(), "stands", func(*vm.Thread, *message.Message) int {
		close(inside)
		<-leave
		return 0
	})
	<-inside
	defer close(leave)
	for _, x := range []string{"one", "two"} {
		w.client.Send(s.Address(), message.TypeLua, message.Direct(vm.String(x)))
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	list, total, err := s.WaitingMessages(impatient, 1)
	if err == nil || total != 2 || len(list) != 1 || list[0].Number != 2 {
		t.Errorf("%v of %d: %v", list, total, err)
	}
	if _, err := s.DropMessage(impatient, 2); err != nil {
		t.Error(err)
	}
	if _, err := s.DropMessage(impatient, 9); !errors.Is(err, context.Canceled) {
		t.Errorf("a message that it may have taken: %v", err)
	}
	if n := s.QueueLen(); n != 1 {
		t.Errorf("%d wait", n)
	}
}
