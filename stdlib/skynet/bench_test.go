package skynet_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"lunarium/runtime/service"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// benchmark runs code in a start function, with n as the number of rounds and
// echo as the address of an echo service.
func benchmark(b *testing.B, code string) {
	b.Helper()
	benchmarkWith(b, 0, code)
}

func benchmarkWith(b *testing.B, workers int, code string) {
	b.Helper()
	node := newBenchNode(b, workers, code)
	b.ReportAllocs()
	b.ResetTimer()
	runBench(b, node, b.N)
}

// newBenchNode makes a node for a service that runs code, which does n of something.
func newBenchNode(b testing.TB, workers int, code string) *service.Node {
	b.Helper()
	dir := b.TempDir()
	for name, source := range map[string]string{"echo": echo, "ringed": ringed, "hammer": hammer, "bench": "local n = tonumber((...))\n" + in(code)} {
		if err := os.WriteFile(filepath.Join(dir, name+".lua"), []byte(source), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	node := service.NewNode(service.Config{
		Path: []string{filepath.Join(dir, "?.lua")}, Known: lua.Names(skynet.Templates()), Workers: workers,
		Recorder: 64, Open: nodetest.Open(&skynet.Options{}, nil),
	})
	b.Cleanup(func() { node.Stop(0) })
	return node
}

func runBench(b testing.TB, node *service.Node, n int) {
	b.Helper()
	if _, err := node.Launch(context.Background(), service.Spec{Name: "bench", Args: []string{strconv.Itoa(n)}}); err != nil {
		b.Fatal(err)
	}
}

// Calls with numbers and texts take nothing new of Go's heap: what carries them and their
// answers is used again.
func TestCallsAllocateNothing(t *testing.T) {
	const many = 20_000
	node := newBenchNode(t, 1, `for i = 1, n do skynet.call(echo, "lua", "echo", i) end`)
	runBench(t, node, many/10) // what is used again is there
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	runBench(t, node, many)
	runtime.ReadMemStats(&after)
	if each := float64(after.Mallocs-before.Mallocs) / many; each > 0.5 {
		t.Errorf("%.2f allocations for each", each)
	}
}

func BenchmarkSkynetCall(b *testing.B) {
	benchmark(b, `for i = 1, n do skynet.call(echo, "lua", "echo", i) end`)
}

func BenchmarkSkynetCallTable(b *testing.B) {
	benchmark(b, `
		local player = { id = 1, name = "player", pos = { x = 1.5, y = 2.5, z = 3.5 }, tags = { "a", "b", "c" } }
		for i = 1, n do skynet.call(echo, "lua", "echo", player) end`)
}

func BenchmarkSkynetCall64K(b *testing.B) {
	benchmark(b, `
		local blob = string.rep("x", 65536)
		for i = 1, n do skynet.call(echo, "lua", "packed", blob) end`)
}

// BenchmarkSkynetParallel has 64 pairs of services call each other at once; an
// operation is a call.
func BenchmarkSkynetParallel(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			benchmarkWith(b, workers, `
				local pairs_, me = 64, coroutine.running()
				local running = pairs_
				for i = 1, pairs_ do
					local left, right = skynet.newservice "hammer", skynet.newservice "echo"
					skynet.fork(function()
						skynet.call(left, "lua", right, math.ceil(n / pairs_))
						running = running - 1
						if running == 0 then skynet.wakeup(me) end
					end)
				end
				skynet.wait(me)`)
		})
	}
}

// hammer is a service that makes calls to another on request.
const hammer = `
local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(_, _, peer, n)
		for i = 1, n do skynet.call(peer, "lua", "packed", i) end
		skynet.retpack()
	end)
end)`

// BenchmarkSkynetTimers has 200,000 timers come due within a second, once for each
// operation, and reports how late the last one is.
func BenchmarkSkynetTimers(b *testing.B) {
	benchmark(b, `
		local me = coroutine.running()
		for i = 1, n do
			local left = 200000
			for i = 1, left do
				skynet.timeout(i % 100, function()
					left = left - 1
					if left == 0 then skynet.wakeup(me) end
				end)
			end
			skynet.wait(me)
		end`)
	const last = 990 * time.Millisecond
	b.ReportMetric((b.Elapsed()/time.Duration(b.N) - last).Seconds(), "s-late")
}

// BenchmarkGoChannels is a round trip between two goroutines, which does nothing
// else: what a call can't be much faster than.
func BenchmarkGoChannels(b *testing.B) {
	there, back := make(chan int), make(chan int)
	go func() {
		for i := range there {
			back <- i
		}
		close(back)
	}()
	b.ReportAllocs()
	for b.Loop() {
		there <- 1
		<-back
	}
	close(there)
	<-back
}

func BenchmarkSkynetSend(b *testing.B) {
	benchmark(b, `
		for i = 1, n do skynet.send(echo, "lua", "ignored", i) end
		skynet.call(echo, "lua", "echo")`)
}

// ringed is a service that passes a token on.
const ringed = `
local skynet = require "skynet"
local next_in_ring
skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, left, home)
		if cmd == "link" then
			next_in_ring = left
			skynet.retpack()
		elseif left == 0 then
			skynet.send(home, "lua", "done")
		else
			skynet.send(next_in_ring, "lua", "token", left - 1, home)
		end
	end)
end)`

// BenchmarkSkynetRing passes a token round a ring of 1,000 services; an operation
// is a hop.
func BenchmarkSkynetRing(b *testing.B) {
	benchmark(b, `
		local ring, me = {}, coroutine.running()
		for i = 1, 1000 do ring[i] = skynet.newservice "ringed" end
		for i = 1, #ring do skynet.call(ring[i], "lua", "link", ring[i % #ring + 1]) end
		skynet.dispatch("lua", function() skynet.wakeup(me) end)
		skynet.send(ring[1], "lua", "token", n, skynet.self())
		skynet.wait(me)`)
}

func BenchmarkSkynetSpawn(b *testing.B) {
	benchmark(b, `for i = 1, n do skynet.kill(skynet.newservice "echo") end`)
}
