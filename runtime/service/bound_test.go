package service

import (
	"context"
	"errors"
	"testing"

	"lunarium/runtime/vm"
)

// Code that nobody waits for any more when its turn comes never begins.
func TestCodeThatNobodyWaitsForNeverBegins(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	begun := false
	m := Message{Type: TypeDebug, Dest: s.Address(), extra: &extra{what: "late", bound: &bound{}, body: func(*vm.Thread, *Message) int {
		begun = true
		return 0
	}}}
	m.extra.bound.over.Store(true)
	if err := w.Send(m); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if begun {
		t.Error("it began")
	}
}

// Code that loops is given all of its limit before it is ended, however long that is:
// whoever waits is not told before that the service is busy.
func TestLoopingCodeHasItsLimit(t *testing.T) {
	w := newWorld(t)
	s := w.launch("loops", `function loop() while true do end end`)
	client := w.NewClient("a test")
	client.Hurry(true)
	ctx := Limited(w.ctx, 3*busyPolls*boundedPoll)
	_, err := client.Run(ctx, s.Address(), "a loop", func(t *vm.Thread, _ *Message) int {
		return t.CallThen(t.State().Globals.GetString("loop"), nil, nil)
	})
	var ended *EndedError
	if !errors.As(err, &ended) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
