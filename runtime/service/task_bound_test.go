package service

import (
	"context"
	"errors"
	"testing"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// Code that nobody waits for any more when its turn comes never begins.
func TestCodeThatNobodyWaitsForNeverBegins(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	begun := false
	m := message.Message{Type: message.TypeDebug, Dest: s.Address(), Extra: &message.Extra{Work: &work{what: "late", bound: &bound{}, body: func(*vm.Thread, *message.Message) int {
		begun = true
		return 0
	}}}}
	b := workOf(&m).bound
	b.abandoned.Store(true)
	if err := w.Send(m); err != nil {
		t.Fatal(err)
	}
	if end := w.endBody(s.Address(), b); end != bodyNotBegun {
		t.Errorf("ended before: %v", end)
	}
	w.settle()
	if begun {
		t.Error("it began")
	}
	if end := w.endBody(s.Address(), b); end != bodyNotBegun {
		t.Errorf("ended after: %v", end)
	}
	b.abandoned.Store(false)
	if err := w.Send(m); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if end := w.endBody(s.Address(), b); end != bodyGoesOn || !begun {
		t.Errorf("ended when it was over: %v, begun: %v", end, begun)
	}
}

// Code that loops is given all of its limit before it is ended, however long that is:
// whoever waits is not told before that the service is busy.
func TestLoopingCodeHasItsLimit(t *testing.T) {
	w := newWorld(t)
	s := w.launch("loops", `function loop() while true do end end`)
	client := w.NewClient("a test")
	client.FailWhenStill(true)
	ctx := Limited(w.ctx, 3*busyPolls*boundedPoll)
	_, err := client.Run(ctx, s.Address(), "a loop", func(t *vm.Thread, _ *message.Message) int {
		return t.CallThen(t.State().Globals.GetString("loop"), nil, nil)
	})
	var ended *EndedError
	if !errors.As(err, &ended) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// What code makes counts towards its limit, too: code that does nothing else is ended
// before it has filled the memory.
func TestCodeThatFillsTheMemoryIsEndedEarlier(t *testing.T) {
	const polls = busyPolls
	for name, body := range map[string]string{
		"tables":  `local all = {} while true do all[#all + 1] = {} end`,
		"strings": `local all, long = {}, "x" while #long < 10000 do long = long .. long end while true do all[#all + 1] = long .. #all end`,
		"rubbish": `while true do local _ = { {}, {} } end`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.launch("fills", `function fill() `+body+` end`)
			_, err := w.client.Run(Limited(w.ctx, polls*boundedPoll), s.Address(), "a loop", func(t *vm.Thread, _ *message.Message) int {
				return t.CallThen(t.State().Globals.GetString("fill"), nil, nil)
			})
			var ended *EndedError
			if !errors.As(err, &ended) {
				t.Errorf("got %v", err)
			}
			made := 0
			if err := s.Do(w.ctx, func(s Self) {
				state := s.state
				made = state.Memory().Made()
			}); err != nil {
				t.Fatal(err)
			}
			if most := polls * madePerPoll; made > most+most/10 || made < most/3 {
				t.Errorf("it made %d bytes, of %d", made, most)
			}
		})
	}
}
