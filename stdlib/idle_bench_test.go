package stdlib_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// idleServices is how many services BenchmarkIdleService makes per round.
const idleServices = 10_000

// BenchmarkIdleService reports the heap that a service costs that has the
// whole library, a start function and a handler, and waits.
func BenchmarkIdleService(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "idle.lua"), []byte(`
		local skynet = require "skynet"
		local command = {}
		function command.ping(...) skynet.ret(skynet.pack(...)) end
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, cmd, ...) command[cmd](...) end)
		end)`), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		node := service.NewNode(service.Config{
			Path: []string{filepath.Join(dir, "?.lua")},
			Open: func(s *service.Service) error { return stdlib.OpenService(s, stdlib.ServiceOptions{}) },
		})
		before := heap()
		for range idleServices {
			if _, err := node.Launch(context.Background(), service.Spec{Name: "idle"}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(heap()-before)/idleServices, "B/service")
		node.Stop(0)
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
