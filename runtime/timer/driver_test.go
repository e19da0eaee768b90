package timer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func settled() error { return nil }

// set adds a new timer to a driver.
func set[T any](d *Driver[T], at time.Duration, payload T) *Timer[T] {
	t := &Timer[T]{Payload: payload}
	d.Add(at, t)
	return t
}

func TestAdvance(t *testing.T) {
	clock := NewVirtual(time.Time{})
	var log []string
	var d *Driver[string]
	var queue []string
	d = NewDriver(clock, func(batch []Due[string]) {
		for _, due := range batch {
			queue = append(queue, due.Payload)
		}
	})
	settle := func() error {
		for _, name := range queue {
			log = append(log, fmt.Sprint(clock.Now(), " ", name))
			switch name {
			case "again":
				set(d, clock.Now()+30*time.Millisecond, "again")
			case "now":
				set(d, clock.Now(), "at once")
			}
		}
		queue = nil
		return nil
	}
	set(d, 100*time.Millisecond, "later")
	set(d, 40*time.Millisecond, "again")
	set(d, 40*time.Millisecond, "now")
	fired, err := d.Advance(110*time.Millisecond, settle)
	if fired != 6 || err != nil {
		t.Errorf("Advance = %d, %v", fired, err)
	}
	want := []string{"40ms again", "40ms now", "40ms at once", "70ms again", "100ms later", "100ms again"}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Error(diff)
	}
	if clock.Now() != 110*time.Millisecond {
		t.Errorf("Now = %s", clock.Now())
	}
	passed, fired, err := d.AdvanceToNext(settle)
	if passed != 20*time.Millisecond || fired != 1 || err != nil {
		t.Errorf("AdvanceToNext = %s, %d, %v", passed, fired, err)
	}
}

func TestAdvanceToNextWithNothingSet(t *testing.T) {
	d := NewDriver(NewVirtual(time.Time{}), func([]Due[int]) {})
	d.Take(set(d, time.Hour, 0))
	if passed, fired, err := d.AdvanceToNext(settled); passed != 0 || fired != 0 || err != nil {
		t.Errorf("AdvanceToNext = %s, %d, %v", passed, fired, err)
	}
}

func TestVirtualStart(t *testing.T) {
	if got := NewVirtual(time.Time{}).Start().Format(time.RFC3339); got != "2026-01-01T00:00:00Z" {
		t.Errorf("Start = %s", got)
	}
	at := time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)
	if got := NewVirtual(at).Start(); !got.Equal(at) {
		t.Errorf("Start = %s", got)
	}
}

func TestAdvanceErrors(t *testing.T) {
	d := NewDriver(NewVirtual(time.Time{}), func([]Due[int]) {})
	if _, err := d.Advance(-1, settled); !errors.Is(err, ErrBackwards) {
		t.Errorf("backwards: %v", err)
	}
	set(d, time.Second, 1)
	stop := func() error {
		if d.Clock().Now() > 0 {
			return context.Canceled
		}
		return nil
	}
	fired, err := d.Advance(time.Hour, stop)
	if fired != 1 || !errors.Is(err, context.Canceled) || d.Clock().Now() != time.Second {
		t.Errorf("settle fails: %d, %v, at %s", fired, err, d.Clock().Now())
	}
	if _, err := d.Advance(math.MaxInt64, settled); err != nil || d.Clock().Now() != math.MaxInt64 {
		t.Errorf("to the end: %v, at %s", err, d.Clock().Now())
	}
	real := NewDriver(NewReal(), func([]Due[int]) {})
	if _, err := real.Advance(1, settled); !errors.Is(err, ErrRealClock) {
		t.Errorf("real: %v", err)
	}
	if _, _, err := real.AdvanceToNext(settled); !errors.Is(err, ErrRealClock) {
		t.Errorf("real: %v", err)
	}
}

func TestRealClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := NewReal()
		var log []string
		var d *Driver[string]
		d = NewDriver(clock, func(batch []Due[string]) {
			for _, due := range batch {
				log = append(log, fmt.Sprint(clock.Now(), " ", due.Payload))
				if due.Payload == "again" && len(log) < 4 {
					set(d, clock.Now()+time.Second, "again")
				}
			}
		})
		set(d, time.Minute, "minute")
		set(d, time.Second, "again")
		d.Take(set(d, 500*time.Millisecond, "cancelled"))
		set(d, 999*time.Millisecond, "rounded up")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		set(d, 0, "past")
		synctest.Wait()
		set(d, time.Hour, "never")
		d.Close()
		time.Sleep(2 * time.Hour)
		want := []string{"1s again", "1s rounded up", "2s again", "3s again", "1m0s minute", "2m0s past"}
		if diff := cmp.Diff(want, log); diff != "" {
			t.Error(diff)
		}
		if d.Len() != 1 || d.All()[0].Payload != "never" {
			t.Errorf("after Close: %v", d.All())
		}
	})
}

// Every timer fires once or is cancelled once, whoever else is at work.
func TestConcurrentUse(t *testing.T) {
	const workers, each = 4, 500
	for name, clock := range map[string]*Clock{"real": NewReal(), "virtual": NewVirtual(time.Time{})} {
		t.Run(name, func(t *testing.T) {
			var done, workersDone sync.WaitGroup
			seen := make(map[int]int) // guarded by the driver: one fire at a time
			d := NewDriver(clock, func(batch []Due[int]) {
				for _, due := range batch {
					seen[due.Payload]++
					done.Done()
				}
			})
			done.Add(workers * each)
			for worker := range workers {
				workersDone.Go(func() {
					for i := range each {
						timer := set(d, clock.Now()+time.Duration(i%5)*Tick, worker*each+i)
						if i%3 == 0 {
							if _, ok := d.Take(timer); ok {
								done.Done()
							}
						}
						d.Next()
					}
				})
			}
			if clock.Virtual() {
				for range 50 {
					if _, err := d.Advance(Tick, settled); err != nil {
						t.Error(err)
					}
				}
			}
			workersDone.Wait()
			if clock.Virtual() {
				if _, err := d.Advance(time.Second, settled); err != nil {
					t.Error(err)
				}
			}
			done.Wait()
			d.Close()
			for payload, times := range seen {
				if times != 1 {
					t.Errorf("timer %d fired %d times", payload, times)
				}
			}
			if d.Len() != 0 {
				t.Errorf("%d timers are left", d.Len())
			}
		})
	}
}
