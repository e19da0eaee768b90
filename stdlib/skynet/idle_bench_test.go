package skynet_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// idle is a service that has the whole library, a start function and a handler,
// and waits. The one with an address runs what its second argument says, n times.
const idle = `
local skynet = require "skynet"
local peer, n, code = ...
command = {}
function command.ping(...) skynet.ret(skynet.pack(...)) end
function command.hammer(peer, n)
	for i = 1, n do skynet.call(peer, "lua", "ping", i) end
	skynet.ret()
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...) command[cmd](...) end)
	if peer then
		local run = load("local skynet, peer = ... " .. code)
		for i = 1, tonumber(n) do run(skynet, tonumber(peer)) end
	end
end)`

// idleNode makes a node with idle services and gives the address of one.
func idleNode(b *testing.B, services int) (*service.Node, message.Address) {
	b.Helper()
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "idle.lua"), []byte(idle), 0o600); err != nil {
		b.Fatal(err)
	}
	node := service.NewNode(service.Config{
		Path: []string{filepath.Join(dir, "?.lua")}, Known: lua.Names(skynet.Templates()),
		Open: nodetest.Open(&skynet.Options{}, nil),
	})
	var one message.Address
	for range services {
		s, err := node.Launch(context.Background(), service.Spec{Name: "idle"})
		if err != nil {
			b.Fatal(err)
		}
		one = s.Address()
	}
	return node, one
}

// BenchmarkIdleService reports the heap that an idle service costs, before and
// after it has answered a call.
func BenchmarkIdleService(b *testing.B) {
	const services = 10_000
	for b.Loop() {
		before := heap()
		node, last := idleNode(b, services)
		b.ReportMetric(float64(heap()-before)/services, "B/service")
		_, err := node.Launch(context.Background(), service.Spec{Name: "idle", Args: []string{
			strconv.Itoa(int(last)), strconv.Itoa(services), `called = (called or 1) + 1; skynet.call(called, "lua", "ping")`,
		}})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(heap()-before)/services, "B/called-service")
		node.Stop(0)
	}
}

// BenchmarkManyServices asks a node with 100,000 services.
func BenchmarkManyServices(b *testing.B) {
	node, one := idleNode(b, 100_000)
	defer node.Stop(0)
	for name, code := range map[string]string{
		"LIST": `skynet.call(".launcher", "lua", "LIST")`,
		"STAT": `skynet.call(".launcher", "lua", "STAT")`,
		"call": `skynet.call(peer, "lua", "ping", 1)`,
	} {
		b.Run(name, func(b *testing.B) {
			_, err := node.Launch(context.Background(), service.Spec{
				Name: "idle", Args: []string{strconv.Itoa(int(one)), strconv.Itoa(b.N), code},
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}

// heap gives the bytes of the heap that are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkSleepingTask reports the heap that a sleeping task costs.
func BenchmarkSleepingTask(b *testing.B) {
	const tasks = 100_000
	node, one := idleNode(b, 1)
	defer node.Stop(0)
	for b.Loop() {
		before := heap()
		s, err := node.Launch(context.Background(), service.Spec{Name: "idle", Args: []string{
			strconv.Itoa(int(one)), strconv.Itoa(tasks), "skynet.fork(function() skynet.sleep(1000000) left = left - 1 end)",
		}})
		if err != nil {
			b.Fatal(err)
		}
		// The call is handled after the forks.
		args := []string{strconv.Itoa(int(s.Address())), "1", `skynet.call(peer, "lua", "ping")`}
		if _, err := node.Launch(context.Background(), service.Spec{Name: "idle", Args: args}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(heap()-before)/tasks, "B/task")
		node.Kill(s.Address())
		<-s.Gone()
	}
}
