package debug_test

import (
	"errors"
	"strings"
	"testing"

	"lunarium/inspect/debug"
	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

const spinningSource = `local skynet = require "skynet"
local rounds, stop = 0, false
local commands = {}
function commands.spin()
	while not stop do
		rounds = rounds + 1
	end
	return rounds
end
function commands.tried()
	return select(2, pcall(commands.spin))
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...)
		skynet.retpack(commands[cmd](...))
	end)
end)
`

func TestPauseStopsWhatSpins(t *testing.T) {
	d := startDebuggingOf(t, spinningSource)
	answer := d.call(vm.String("spin"))
	d.pause()
	if _, err := d.d.Eval(t.Context(), 0, "stop = true", plain.Limits{}); err != nil {
		t.Fatal(err)
	}
	if err := d.d.Move(t.Context(), debug.StepContinue, 1); err != nil {
		t.Fatal(err)
	}
	if got := d.next(); !strings.HasPrefix(got, "ended") {
		t.Error(got)
	}
	if got := <-answer; got == "0" {
		t.Error(got)
	}
}

func TestAbortEndsWhatATaskDoes(t *testing.T) {
	d := startDebuggingOf(t, spinningSource)
	for _, command := range []string{"tried", "spin"} {
		answer := d.call(vm.String(command))
		d.pause()
		if err := d.d.Abort(t.Context(), "enough"); err != nil {
			t.Fatal(err)
		}
		if got := d.next(); !strings.HasPrefix(got, "ended") {
			t.Error(got)
		}
		if got := <-answer; !strings.HasPrefix(got, "main.lua:") || !strings.HasSuffix(got, ": enough") {
			t.Errorf("%s gave %q", command, got)
		}
	}
	if err := d.d.Abort(t.Context(), "again"); !errors.Is(err, debug.ErrRunning) {
		t.Error(err)
	}
}

func TestAPausedTaskIsLetGoWithItsDebugger(t *testing.T) {
	d := startDebuggingOf(t, spinningSource)
	answer := d.call(vm.String("spin"))
	d.pause()
	if err := d.d.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Service.Interrupt(t.Context()); err != nil {
		t.Error(err)
	}
	if got := <-answer; !strings.Contains(got, "signal 0") {
		t.Error(got)
	}
}

// pause stops what spins; it may have to begin first.
func (d *debugged) pause() {
	d.t.Helper()
	for {
		if _, err := d.d.Pause(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
		got := d.next()
		if !strings.HasPrefix(got, "pause main.lua:") {
			d.t.Fatal(got)
		}
		if strings.HasSuffix(got, "in commands.spin") {
			return
		}
		if err := d.d.Move(d.t.Context(), debug.StepContinue, 1); err != nil {
			d.t.Fatal(err)
		}
	}
}
