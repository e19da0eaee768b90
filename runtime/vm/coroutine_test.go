package vm_test

import "testing"

var coroutinePrograms = []program{
	{"values both ways", "local co = create(function(a) local b = yield(a + 1) return b * 2 end) local _, x = resume(co, 1) local _, y = resume(co, 10) return x, y, status(co)", "2 20 dead"},
	{"yield in pcall", "local co = wrap(function() local ok, e = pcall(function() yield(1) fail 'after' end) yield(e) return 'end' end) return co(), co(), co()", "1 test:1: after end"},
	{"yield in handler's call", "local co = wrap(function() return xpcall(function() error(yield(1)) end, function(e) return e .. '!' end) end) return co(), co('e')", "1 false e!"},
	{"yield in metamethods", "local m = {} m.__add = function(a, b) return yield('add') end m.__index = function(t, k) return yield(k) end m.__lt = function() return yield('lt') end m.__concat = function() return yield('cat') end local t = setmetatable({}, m) local co = wrap(function() local r = t + 1 local i = t.key local l = t < t local c = 'a' .. t .. 'b' return r, i, l, c end) return co(), co(1), co(2), co(3), co(4)", "add key lt cat 1 2 true a4"},
	{"results of metamethods", "local m = {} m.__add = function(a, b) return yield('add') end m.__eq = function() return yield('eq') end m.__len = function() return yield 'len' end local t, u = setmetatable({}, m), setmetatable({}, m) local co = wrap(function() local r = t + 1 local e = t == u local n = #t return r, e, n end) co() co(1) co(false) return co(7)", "1 false 7"},
	{"newindex", "local got local t = setmetatable({}, {__newindex = function(t, k, v) got = yield(k) end}) local co = wrap(function() t.x = 1 return got end) return co(), co(5)", "x 5"},
	{"yield in iterator", "local co = wrap(function() local sum = 0 for v in function() return yield('next') end do sum = sum + v end return sum end) co() co(1) co(2) return co(nil)", "3"},
	{"wrap as iterator", "local sum = 0 for v in wrap(function() for i = 1, 100 do yield(i) end end) do sum = sum + v end return sum", "5050"},
	{"wrap error", "local co = wrap(function() error 'inside' end) return pcall(co)", "false inside"},
	{"resume dead", "local co = create(function() end) resume(co) return resume(co)", "false cannot resume dead coroutine"},
	{"resume failed", "local co = create(function() error 'x' end) local _, e = resume(co) local ok, d = resume(co) return e, d, status(co)", "x cannot resume dead coroutine dead"},
	{"wrap dead", "local co = wrap(function() end) co() return (pcall(co))", "false"},
	{"resume itself", "local co co = create(function() return resume(co) end) return resume(co)", "true false cannot resume non-suspended coroutine"},
	{"nested", "local co = wrap(function() local inner = wrap(function() yield(1) yield(2) end) yield(inner()) yield(inner()) return 3 end) return co(), co(), co()", "1 2 3"},
	{"no yield across a Go call", "local co = create(function() call(yield, 1) end) return (resume(co))", "false"},
	{"upvalues live on", "local co = wrap(function() local n = 0 yield(function() n = n + 1 return n end) n = 10 yield() end) local f = co() local a = f() co() return a, f()", "1 11"},
	{"tail yield", "local co = wrap(function() return yield(1) end) return co(), co(2)", "1 2"},
	{"many", "local list = {} for i = 1, 2000 do list[i] = wrap(function() local n = i while true do yield(n) n = n + 1 end end) end local sum = 0 for round = 1, 3 do for i = 1, 2000 do sum = sum + list[i]() end end return sum", "6009000"},
}

func TestCoroutines(t *testing.T) { check(t, coroutinePrograms) }
