package service

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// Each pair's messages are counted while somebody counts, with their errors, also where
// nothing is recorded.
func TestTraffic(t *testing.T) {
	for _, recorder := range []int{0, 64} {
		w := newWorld(t, func(c *Config) { c.Recorder = recorder })
		back := w.launch("back", `start(function() dispatch(function(_, _, what) if what == "bad" then error "bad" end ret() end) end)`)
		front := w.launch("front", `
			local back = ...
			start(function() dispatch(function(_, _, what) for i = 1, 3 do pcall(call, back, what) end end) end)`, back.Address().String())
		send := func(what string) {
			w.client.Send(front.Address(), message.TypeLua, message.Direct(vm.String(what)))
			w.settle()
		}
		send("before")
		all, one := w.Traffic(0), w.Traffic(back.Address())
		send("good")
		send("bad")
		one.Stop()
		send("good")
		all.Stop()
		send("after")
		describe := func(traffic *Traffic) (lines []string) {
			flows, other := traffic.Flows()
			for _, f := range flows {
				lines = append(lines, fmt.Sprintf("%s to %s: %d, %d errors", f.FromName, f.ToName, f.Messages, f.Errors))
			}
			if other != 0 {
				t.Errorf("%d of other pairs", other)
			}
			return lines
		}
		if diff := cmp.Diff([]string{"front to back: 9, 3 errors", "the console to front: 3, 0 errors"}, describe(all)); diff != "" {
			t.Errorf("recorder %d: %s", recorder, diff)
		}
		if diff := cmp.Diff([]string{"front to back: 6, 3 errors"}, describe(one)); diff != "" {
			t.Errorf("recorder %d, one service: %s", recorder, diff)
		}
		if w.recorder.followers.any() {
			t.Error("somebody follows on")
		}
	}
}
