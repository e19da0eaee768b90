package vm_test

import "testing"

// The machine knows on which threads a Go function waits for Lua code, whatever
// ended that: a yield there is refused, and one elsewhere is not.
var boundaryPrograms = []program{
	{"a call that a hook ends", `
		local co = create(function()
			local calls = 0
			hook(function() calls = calls + 1 if calls == 2 then hook() error 'hook' end end, 1)
			local e = try(function() end)
			return e, pcall(call, yield, 'across'), yield 'here'
		end)
		local _, where = resume(co)
		return where, resume(co)`,
		"here true hook false"},
	{"a finalizer under a hook", `
		local co = create(function()
			local calls, over, done = 0
			setmetatable({}, {__gc = function() done = true end})
			hook(function() calls = calls + 1 if calls == 3 and not over then error 'hook' end end, 1)
			local ok, e = pcall(collect)
			over = true
			hook()
			return ok, e, done
		end)
		return resume(co)`, "true true nil true"},
	{"a hook that fails where a pcall takes an error", `
		local function deep(n) return n == 0 or call(deep, n - 1) end
		local n = 1
		while pcall(deep, n) do n = n + 1 end
		pcall(function()
			local events = 0
			hook(function() events = events + 1 if events == 2 then hook() error 'hook' end end, 2)
			pcall(error, 'x')
		end)
		return n > 100, pcall(deep, n - 1)`, "true true true"},
	{"a call of what is none", `
		local co = create(function() local ok = pcall(call, nil) return ok, yield 'here' end)
		return resume(co)`, "true here"},
	{"a call for which there is no room", `
		local co = create(function() local ok = pcall(call, function(...) return count(...) end, spread(999990)) return ok, yield 'here' end)
		return resume(co)`, "true here"},
	{"a tail call", `
		local co = create(function()
			local function last() return 'last' end
			local r = call(function() return last() end)
			return yield(r .. ' here')
		end)
		return resume(co)`, "true last here"},
	{"a coroutine called by way of __call", `
		local ok, e = pcall(call, setmetatable({}, {__call = wrap(error)}))
		local co = create(function() pcall(call, setmetatable({}, {__call = wrap(error)})) return yield 'here' end)
		return ok, resume(co)`, "false true here"},
	{"a handler that fails in a nested call", `
		local co = create(function()
			local ok = xpcall(error, function() call(error, 'again') end)
			return yield(ok)
		end)
		return resume(co)`, "true false"},
}

func TestBoundaries(t *testing.T) { check(t, boundaryPrograms) }
