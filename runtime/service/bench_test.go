package service

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// runLua runs a start function that does something b.N times.
func runLua(b *testing.B, setup func(w *world), body string) {
	for _, virtual := range []bool{true, false} {
		b.Run(fmt.Sprintf("virtual=%t", virtual), func(b *testing.B) {
			w := newWorld(b, func(c *Config) { c.Virtual = virtual })
			setup(w)
			b.ReportAllocs()
			b.ResetTimer()
			w.launch("bench", fmt.Sprintf("local n = %d\nstart(function() %s end)", b.N, body))
		})
	}
}

func launchEcho(w *world) {
	w.launch("echo", `local count = 0
	dispatch(function(session, source, command, ...)
		if command == "sink" then count = count + 1 return end
		if command == "count" then ret(count) return end
		ret(command, ...)
	end)
	start(function() register "ECHO" end)`)
}

func BenchmarkCall(b *testing.B) {
	runLua(b, launchEcho, `local echo = query_name "ECHO" for i = 1, n do call(echo, "ping", i) end`)
}

func BenchmarkSend(b *testing.B) {
	runLua(b, launchEcho, `local echo = query_name "ECHO" for i = 1, n do send(echo, "sink", i) end call(echo, "count")`)
}

func BenchmarkFork(b *testing.B) {
	runLua(b, launchEcho, `local me, left = running(), n
		for i = 1, n do fork(function() left = left - 1 if left == 0 then wakeup(me) end end) end
		wait(me)`)
}

func BenchmarkSleep0(b *testing.B) {
	runLua(b, launchEcho, `for i = 1, n do sleep(0) end`)
}

// BenchmarkTimer sets timers that are taken back when the service ends.
func BenchmarkTimer(b *testing.B) {
	runLua(b, launchEcho, `local function f() end for i = 1, n do timeout(360000 + i % 100, f) end`)
}

func BenchmarkSpawn(b *testing.B) {
	w := newWorld(b)
	b.ReportAllocs()
	for b.Loop() {
		w.launch("child", `start(function() end)`)
	}
}

// BenchmarkCallUnderLoad calls a service while ten others loop for ever and one
// is flooded with messages. It reports how long the slowest calls take.
func BenchmarkCallUnderLoad(b *testing.B) {
	w := newWorld(b, func(c *Config) { c.Virtual, c.Workers, c.MailboxLimit = false, 2, 10_000 })
	launchEcho(w)
	var loops []*Service
	for range 10 {
		loops = append(loops, w.launch("loop", `start(function() timeout(1, function() while true do end end) end)`))
	}
	w.launch("sink", `local sum = 0 dispatch(function() for i = 1, 100 do sum = sum + i end end)
		start(function() register "SINK" end)`)
	w.launch("flood", `start(function() local sink = query_name "SINK"
		timeout(1, function() while true do send(sink, "x") end end) end)`)
	w.launch("caller", `dispatch(function() ret(call(2, "ping")) end)`)
	caller := w.Services()[len(w.Services())-1]
	// Calls from before the load would make the benchmark far too long.
	for slices.ContainsFunc(loops, func(s *Service) bool { return s.Status() != StatusBusy }) {
		runtime.Gosched()
	}
	var latencies []time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := w.client.Call(context.Background(), caller.Address(), message.TypeLua, message.Direct(vm.String("go"))); err != nil {
			b.Fatal(err)
		}
		latencies = append(latencies, time.Since(begin))
	}
	slices.Sort(latencies)
	at := func(share float64) float64 {
		return float64(latencies[int(share*float64(len(latencies)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.999), "p99.9-ms")
	b.ReportMetric(at(1), "max-ms")
}
