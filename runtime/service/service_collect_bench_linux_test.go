package service

import (
	"context"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// BenchmarkNeighbour measures how long calls to a service take at most while another
// one on the same worker collects a million objects again and again: in processor
// time of the process, to which other programs matter less than to real time. Go's
// own collector has a large part in it, which GOGC=off leaves out.
func BenchmarkNeighbour(b *testing.B) {
	w := newCollectingWorld(b, func(c *Config) { c.Virtual, c.Workers = false, 1 })
	hoarder := launchHoarder(w, 1_000_000)
	echo := w.launch("echo", `dispatch(function(_, _, x) ret(x) end)`)
	ctx, cancel := context.WithCancel(w.ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for ctx.Err() == nil {
			if _, err := w.client.Call(ctx, hoarder.Address(), message.TypeLua, message.Direct(vm.String("now"))); err != nil && ctx.Err() == nil {
				b.Error(err)
			}
		}
	}()
	var delays []time.Duration
	for b.Loop() {
		begun := processorTime()
		w.mustCall(echo, "x")
		delays = append(delays, processorTime()-begun)
	}
	cancel()
	<-stopped
	slices.Sort(delays)
	b.ReportMetric(float64(delays[len(delays)-1].Microseconds()), "µs-longest")
	b.ReportMetric(float64(delays[len(delays)*99/100].Microseconds()), "µs-99%")
}

func processorTime() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &now); err != nil {
		panic(err)
	}
	return time.Duration(now.Nano())
}
