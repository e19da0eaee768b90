package vm_test

import (
	"testing"

	"lunarium/runtime/vm"
)

var benchmarks = []struct{ name, source string }{
	{"fib", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(20)"},
	{"loop", "local x = 0 for i = 1, 100000 do x = x + i % 7 end return x"},
	{"table", "local t = {} for i = 1, 10000 do t[i] = i end local s = 0 for i = 1, #t do s = s + t[i] end return s"},
	{"field", "local p = {x = 1, y = 2} for i = 1, 30000 do p.x = p.x + p.y end return p.x"},
	{"closure", "local s = 0 for i = 1, 10000 do local f = function(n) return n + i end s = s + f(1) end return s"},
	{"coroutine", "local s = 0 for v in wrap(function() for i = 1, 10000 do yield(i) end end) do s = s + v end return s"},
	{"pcall", "local s = 0 local function f(n) return n end for i = 1, 10000 do local _, v = pcall(f, i) s = s + v end return s"},
}

func BenchmarkPrograms(b *testing.B) {
	for _, p := range benchmarks {
		b.Run(p.name, func(b *testing.B) {
			s := newState(vm.Config{})
			fn := load(b, s, p.source)
			b.ReportAllocs()
			for b.Loop() {
				task := s.NewTask(fn)
				if status := task.AsTask().Resume(); status != vm.StatusOK {
					b.Fatalf("status %d, failure %v", status, task.AsTask().Failure())
				}
			}
		})
	}
}
