package skynet_test

import (
	"context"
	"strconv"
	"syscall"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// timers is the number of pending time-outs in these benchmarks.
const timers = 1_000_000

// pend launches a service that sets time-outs that are far off.
func pend(b *testing.B, node *service.Node, count int, function string) *service.Service {
	b.Helper()
	s, err := node.Launch(context.Background(), service.Spec{Name: "idle", Args: []string{
		"0", strconv.Itoa(count), "skynet.timeout(1000000, " + function + ")",
	}})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkPendingTimers reports the heap that a pending time-out costs, the
// function that it will call not counted, and that function counted, and how
// long setting it takes.
func BenchmarkPendingTimers(b *testing.B) {
	node, _ := idleNode(b, 1)
	defer node.Stop(0)
	for name, function := range map[string]string{"function": "command.hammer", "closure": "function() return peer end"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				s := pend(b, node, timers, function)
				b.ReportMetric(float64(heap()-before)/timers, "B/timer")
				node.Kill(s.Address())
				<-s.Gone()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/timers, "ns/timer")
		})
	}
}

// BenchmarkCallBesideTimers calls a service, from one that has time-outs pending.
func BenchmarkCallBesideTimers(b *testing.B) {
	for _, count := range []int{0, timers} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			node, one := idleNode(b, 1)
			defer node.Stop(0)
			s := pend(b, node, count, "command.hammer")
			client := node.NewClient("the benchmark")
			defer client.Close()
			hammer := message.Direct(vm.String("hammer"), vm.Int(int(one)), vm.Int(b.N))
			b.ReportAllocs()
			b.ResetTimer()
			if _, err := client.Call(context.Background(), s.Address(), message.TypeLua, hammer); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkIdleNode reports the processor time that a node takes which has
// nothing to do but wait for time-outs.
func BenchmarkIdleNode(b *testing.B) {
	for _, count := range []int{0, timers} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			node, _ := idleNode(b, 1)
			defer node.Stop(0)
			pend(b, node, count, "command.hammer")
			heap()
			before := processorTime(b)
			b.ResetTimer()
			for b.Loop() {
				time.Sleep(time.Second)
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/b.Elapsed().Seconds(), "µs-of-processor/s")
		})
	}
}

// processorTime gives what the process has used.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
