package vm_test

import "testing"

func TestHooks(t *testing.T) { check(t, hookPrograms) }

// Masks of HookMask: 1 call, 2 return, 4 line, 8 count.
var hookPrograms = []program{
	{"lines", "local lines = {}\nhook(function(e, l) lines[#lines + 1] = l end, 4)\nlocal a = 1\nlocal b = 2\nhook()\nreturn lines[1], lines[2], lines[3], #lines", "3 4 5 3"},
	{"loop lines", "local n = 0 local function h() n = n + 1 end\nhook(h, 4)\nfor i = 1, 10 do\nlocal x = i\nend\nhook() return n > 20", "true"},
	{"calls and returns", "local log = '' local function f() end hook(function(e) log = log .. e .. ';' end, 3) f() hook() return log", "return;call;return;call;"},
	{"count", "local n = 0 hook(function() n = n + 1 end, 8, 100) for i = 1, 10000 do end hook() return n >= 100", "true"},
	{"hook set by a hook", "local n = 0 local function f()\nlocal a = 1\nreturn a end hook(function() hook(function() hook() n = n + 1 end, 4) end, 1) f() return n", "1"},
	{"error in hook", "local ok, e = pcall(function() hook(function() hook() error 'hooked' end, 4)\nlocal x = 1 end) return ok, e", "false hooked"},
	{"tail call", "local log = '' local function g() end local function f() return g() end hook(function(e) log = log .. e .. ';' end, 1) f() hook() return log ~= ''", "true"},
}
