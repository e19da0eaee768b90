package service

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// Ticks begin above 0, and sleeps and time-outs take whole ones by the real clock, too,
// wherever in a tick they are set.
func TestTicksOfTheRealClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(3 * time.Millisecond)
		w := newWorld(t, func(c *Config) { c.Virtual = false; c.Workers = 1 })
		if first := w.Clock().ticks(); first < 1 {
			t.Errorf("the first tick is %d", first)
		}
		time.Sleep(3 * time.Millisecond)
		before := w.Clock().Elapsed()
		w.launch("sleeper", `start(function()
			local function slept(count, ti)
				local before = now()
				for i = 1, count do sleep(ti) end
				print("slept", count, ti, now() - before)
			end
			slept(100, 1) slept(5, 10) slept(1, 100)
			local before, left = now(), 10
			local function again()
				left = left - 1
				if left > 0 then return timeout(10, again) end
				print("timed out", now() - before)
			end
			timeout(10, again)
		end)`)
		if took := w.Clock().Elapsed() - before; took != 2500*time.Millisecond-before {
			t.Errorf("250 ticks took %s from %s on", took, before)
		}
		time.Sleep(2 * time.Second)
		w.printed("slept 100 1 100\nslept 5 10 50\nslept 1 100 100\ntimed out 100")
		w.Stop(0)
		synctest.Wait()
	})
}

// What a library waits for passes in full: it counts from now, not from the tick.
func TestLibrariesSleepInFull(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Open = func(s Self) error {
			s.State().Globals.SetString("doze", s.State().NewFunction("doze", func(t *vm.Thread) int {
				return host.Sleep(t, 15*time.Millisecond, vm.Nil)
			}))
			return bind(s)
		}
	})
	w.advance(8 * time.Millisecond)
	w.launch("dozer", `start(function() fork(function() doze() print "awake" end) end)`)
	w.advance(14 * time.Millisecond)
	if w.out.has("awake") {
		t.Error("15 ms passed within 14 ms")
	}
	w.advance(8 * time.Millisecond)
	w.printed("awake")
}

// skynet.time is skynet.now since skynet.starttime, whatever part of a second the node
// began in, and both are the clock's.
func TestTicksAndSecondsGoTogether(t *testing.T) {
	for _, began := range []time.Duration{0, 4 * time.Millisecond, 10 * time.Millisecond, 456789 * time.Microsecond, time.Second - 1} {
		w := newWorld(t, func(c *Config) { c.Epoch = time.Unix(1_800_000_000, int64(began)) })
		clock := w.Clock()
		for _, step := range []time.Duration{0, 7 * time.Millisecond, 16 * time.Millisecond, time.Hour} {
			w.advance(step)
			since := int64(clock.Seconds()*100+0.5) - clock.Start().Unix()*100
			want := clock.ticks()
			if began < Tick {
				want-- // ticks begin with 1
			}
			if since != want || clock.ticks() < 1 {
				t.Errorf("began %s, at %s: tick %d, second %d.%02d", began, clock.Elapsed(), clock.ticks(), since/100, since%100)
			}
			if off := clock.Now().Sub(time.Unix(0, int64(clock.Seconds()*100+0.5)*int64(Tick))); off < 0 || off >= 2*Tick {
				t.Errorf("the second is %s late", off)
			}
		}
	}
}

// A time that would never pass, as in a damaged transcript, ends by a count, after which
// the clock goes on.
func TestAdvanceIsBounded(t *testing.T) {
	w := newWorld(t)
	w.launch("sleeper", `start(function() fork(function() while true do sleep(1) end end) end)`)
	const few = passingSteps / 100
	passing := Passing{allowance: few, left: few}
	fired, err := w.Clock().AdvanceWithin(w.ctx, 99999*time.Hour, &passing)
	if !errors.Is(err, ErrManySteps) || fired < 400_000/100 {
		t.Errorf("%d timers fired: %v", fired, err)
	}
	w.advance(time.Minute)
}
