package service

// How services and their tasks end, and what is left of them.

import (
	"errors"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

func TestExitAtTheEndOfStart(t *testing.T) {
	source := `start(function() dispatch(function() ret "alive" end) register "STAYS" exit() print "not here" end)`
	w := newWorld(t)
	s := w.launch("stays", source)
	if got := w.mustCall(s, "x"); got != `"alive"` {
		t.Errorf("answer %s", got)
	}
	w.printed("[:00000002] skynet.exit() at the end of the start function: STAYS :00000002 has a name and a dispatch function, so it serves on")
	w = newWorld(t, func(c *Config) { c.StrictExit = true })
	if _, err := w.Launch(w.ctx, Spec{Name: "stays", Source: source, Literal: true}); !errors.Is(err, message.ErrExited) {
		t.Errorf("strict: %v", err)
	}
}

func TestExitDropsForksAndTimers(t *testing.T) {
	w := newWorld(t)
	s := w.launch("leaver", `dispatch(function()
		fork(function() print "never" end)
		timeout(10, function() print "never" end)
		ret "bye"
		exit()
	end)`)
	if got := w.mustCall(s, "x"); got != `"bye"` {
		t.Errorf("answer %s", got)
	}
	<-s.Gone()
	w.advance(time.Second)
	w.printed("")
}

func TestKillMatching(t *testing.T) {
	w := newWorld(t)
	s := w.launch("tasks", `start(function() fork(function() sleep(100) print "never" end) end)`)
	w.settle()
	var first, second *vm.Thread
	err := s.Do(w.ctx, func(s Self) { first, second = s.KillMatching("thread: 0x"), s.KillMatching("thread: 0x") })
	if err != nil || first == nil || second != nil {
		t.Errorf("%v, %v, %v", first, second, err)
	}
	w.advance(2 * time.Second)
	w.printed("")
}

func TestEndedServicesAreCounted(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		s := w.launch("target", `dispatch(function() end)`)
		if err := w.client.Send(s.Address(), message.TypeLua, message.Payload{}); err != nil {
			t.Fatal(err)
		}
		w.settle()
		w.Kill(s.Address())
		w.settle()
	}
	total, ok := w.Ended()["target"]
	if !ok || total.Services != 2 || total.Messages < 2 || total.CPU <= 0 {
		t.Errorf("ended: %v", w.Ended())
	}
}
