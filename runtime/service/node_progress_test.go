package service

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"lunarium/runtime/message"
)

// A node works while its workers take what waits, and timers fire.
func TestWorks(t *testing.T) { synctest.Test(t, testWorks) }

func testWorks(t *testing.T) {
	n := NewNode(Config{Workers: 1})
	synctest.Wait() // the worker has come for the first time, and sleeps
	over, end := context.WithCancel(context.Background())
	end()
	works := func(want error) {
		t.Helper()
		if err := n.Works(over); !errors.Is(err, want) {
			t.Errorf("%v; want %v", err, want)
		}
	}
	works(nil)
	n.scheduler.freeze(true)
	n.push(&core{node: n}) // nobody takes it
	works(ErrNoProgress)
	first := n.lookAtProgress()
	n.scheduler.workers[0].beat.Add(1)
	if !n.lookAtProgress().since(first) {
		t.Error("a worker has come, and that is no progress")
	}
	n.scheduler.mu.Lock()
	n.scheduler.pop(n.scheduler.workers[0])
	n.scheduler.fresh.Pop()
	n.scheduler.queued.Store(0)
	n.scheduler.mu.Unlock()
	n.scheduler.freeze(false)
	works(nil)
	n.Shutdown(context.Background())
	works(message.ErrStopped)
}

func TestProgressOfTimers(t *testing.T) {
	for _, c := range []struct {
		first, now progress
		want       bool
	}{
		{progress{}, progress{}, true},
		{progress{late: true, due: 1}, progress{late: true, due: 1}, false},
		{progress{late: true, due: 1}, progress{late: true, due: 2}, true},
		{progress{late: true, due: 1}, progress{due: 1 + time.Second}, true},
		{progress{queued: true, taken: 1}, progress{queued: true, taken: 1}, false},
		{progress{queued: true, taken: 1}, progress{queued: true, taken: 2}, true},
		{progress{queued: true, taken: 1, late: true}, progress{queued: true, taken: 2, late: true}, false},
	} {
		if c.now.since(c.first) != c.want {
			t.Errorf("from %+v to %+v", c.first, c.now)
		}
	}
}
