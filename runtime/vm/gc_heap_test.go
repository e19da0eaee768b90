package vm_test

import (
	"runtime"
	"testing"

	"lunarium/runtime/vm"
)

// hogs take memory without end, each in its own way.
var hogs = []program{
	{"array", `local t = {} for i = 1, 1e8 do t[i] = i end`, ""},
	{"array of objects", `local t = {} for i = 1, 1e8 do t[i] = {} end`, ""},
	{"fields", `local t = {} for i = 1, 1e8 do t[i * 1.5] = i end`, ""},
	{"nested", `local t = {} while true do t = {t} end`, ""},
	{"list constructor", `local t = {} while true do t = {t, 1, 2, 3, 4, 5, 6, 7, 8} end`, ""},
	{"doubling a string", `local s = "x" while true do s = s .. s end`, ""},
	{"many strings", `local t, s = {}, "0123456789012345678901234567890123456789" for i = 1, 1e8 do t[i] = s .. i end`, ""},
	{"closures", `local f = tostring while true do local g = f f = function() return g end end`, ""},
	{"coroutines", `local t = {} for i = 1, 1e8 do t[i] = create(tostring) end`, ""},
	{"coroutines in coroutines", `local function f() local co = create(f) resume(co) yield() end local t = {} for i = 1, 1e8 do t[i] = create(f) resume(t[i]) end`, ""},
	{"recursion", `local function f(n) local a, b, c, d = n, n, n, n return f(n) + 1 end return f(1)`, ""},
	{"from a metamethod", `local m = {} m.__index = function(t, k) local s = k while true do s = s .. s end end return setmetatable({}, m).x`, ""},
	{"finalizers", `local t = {} local m = {__gc = function() end} for i = 1, 1e8 do t[i] = setmetatable({}, m) end`, ""},
	{"weak keys that hold", `local t = setmetatable({}, {__mode = "k"}) local all for i = 1, 1e8 do all = {all} t[all] = all end`, ""},
}

func TestMemLimit(t *testing.T) {
	for _, hog := range hogs {
		t.Run(hog.name, func(t *testing.T) {
			const limit = 1 << 20
			s := newState(vm.Config{Seed: 7})
			s.Memory().SetLimit(limit)
			source := "local ok, e = pcall(function() " + hog.source + " end) collect() collect() return ok, e, tally() < 200000"
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			task := s.NewTask(load(t, s, source))
			if got, want := finish(t, task, task.AsTask().Resume()), "false not enough memory true"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			runtime.ReadMemStats(&after)
			if taken := after.TotalAlloc - before.TotalAlloc; taken > 32*limit {
				t.Errorf("%d bytes were allocated on the way to a limit of %d", taken, limit)
			}
		})
	}
}

func TestMemLimitLetsGarbagePass(t *testing.T) {
	check(t, []program{
		{"tables", `limit(200000) local n = 0 for i = 1, 100000 do local t = {i, i, i} n = n + #t end return n`, "300000"},
		{"strings", `limit(200000) local n = 0 for i = 1, 1000 do local s = "0123456789" for j = 1, 8 do s = s .. s end n = n + #s end return n`, "2560000"},
		{"a weak cache gives way", `limit(400000) local cache = setmetatable({}, {__mode = "v"}) for i = 1, 20000 do cache[i] = {i, i, i} end return "passed"`, "passed"},
		{"lifted", `limit(100000) local ok = pcall(function() local t = {} for i = 1, 20000 do t[i] = i end end) limit(0)
			local t = {} for i = 1, 20000 do t[i] = i end return ok, #t`, "false 20000"},
		{"a message handler hears nothing", `limit(100000) local heard = false
			local ok, e = xpcall(function() local s = "x" while true do s = s .. s end end, function() heard = true end) return ok, e, heard`, "false not enough memory false"},
		{"after the error there is room again", `limit(300000) for i = 1, 20 do pcall(function() local t = {} for i = 1, 1e8 do t[i] = {} end end) end
			local t = {} for i = 1, 1000 do t[i] = i end return #t`, "1000"},
	})
}
