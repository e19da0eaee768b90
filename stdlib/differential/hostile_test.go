package differential

import (
	"os/exec"
	"testing"
)

// hostile are programs that drive the machine to its limits. All end in an
// error that the reference has too.
var hostile = []string{
	`local function f() return 1 + f() end print(pcall(f))`,
	`local function f() return 1 + f() end print(select(2, xpcall(f, debug.traceback)))`,
	`local function f() string.gsub("a", "a", f) end print(pcall(f))`,
	`local function f() table.sort({1, 2, 3}, f) end print(pcall(f))`,
	`local function f() table.sort({1, 2, 3}, f) end print(select(2, xpcall(f, function(m) return type(m) end)))`,
	`local t = {} setmetatable(t, {__index = t}) print(pcall(function() return t.x end))`,
	`local t = {} setmetatable(t, {__newindex = t}) print(pcall(function() t.x = 1 end))`,
	`local m = {} m.__call = setmetatable({}, m) print(pcall(setmetatable({}, m)))`,
	`print(xpcall(error, function(m) error(m) end, "x"))`,
	`print(xpcall(error, function(m) local function f() return f() + 1 end return f() end, "x"))`,
	`local n = 0 print(xpcall(error, function(m) n = n + 1 if n < 5 then error("again") end return "fine " .. n end, "x"))`,
	`local f = function() end for i = 1, 190 do local g = f f = function() return pcall(g) end end print(pcall(f))`,
	`local t = {} for i = 1, 100 do t[i] = i end print(pcall(table.sort, t, function() return true end))`,
	`local t = {} for i = 1, 100 do t[i] = i % 7 end print(pcall(table.sort, t, function(a, b) return a <= b end))`,
	`print(pcall(table.sort, {3, 2, 1, "x"})) print(pcall(table.sort, {1, 2, 3}, table.sort))`,
	`print(load("return " .. ("("):rep(250) .. "1" .. (")"):rep(250)))`,
	`print(load("return " .. ("{"):rep(250) .. ("}"):rep(250)))`,
	`print(load(("do "):rep(250) .. ("end "):rep(250)))`,
	`print(load("x = " .. ("a .. "):rep(250) .. "a"))`,
	`print(load("x = " .. ("-"):rep(250) .. "a"))`,
	`print(load(("local function f() "):rep(250) .. ("end "):rep(250)))`,
	`print(pcall(string.format, "%99999d", 1)) print(pcall(string.format, "%--------d", 1)) print(#string.format("%99.99f", -1e308))`,
	`print(pcall(string.rep, "x", -1)) print(pcall(string.find, "a", ("("):rep(40))) print(pcall(string.find, ("a"):rep(300), ("a?"):rep(300)))`,
	`print(pcall(table.unpack, {}, 1, 1e7)) print(pcall(table.unpack, {}, -2^31, 2^31 - 1)) print(pcall(table.concat, {}, "x", 1, 2))`,
	`print(pcall(setmetatable({}, {__tostring = function() error("in tostring") end}).x))`,
	`print(pcall(tostring, setmetatable({}, {__tostring = function() error("in tostring") end})))`,
	`print(pcall(load, function() error("broken", 0) end)) print(pcall(load, function() return {} end)) print(pcall(load, function() return "x = = " end))`,
	`print(select("#", pcall(error))) print(coroutine.resume(coroutine.create(function() local function f() return 1 + f() end return f() end)))`,
	`local co co = coroutine.create(function() return coroutine.resume(co) end) print(coroutine.resume(co))`,
	`local function f() local co = coroutine.wrap(f) return co() end print((select(2, pcall(f)):gsub("p:1: ", "")))`,
	`goto = 1`, `x = }`, `x = "abc`, `x = [[abc`, `--[[abc`, `x = "\xZZ"`, `x = "\400"`, `x = 0x`, `x = 1e`, `x = 3..2`, `x = ~1`, `x = a // b`, `x ! y`,
	`a = b c = d`, `f() = 1`, `(a) = 1`, `a.b:c = 1`, `return return`, `function f() return ... end`, `break`, `::a:: ::a::`, `goto nowhere`,
	`do goto l end local a ::l:: print(a)`, "x = '\n'", "\x00", "x = \xff", `for i = 1 do end`, `for in x do end`, `local function a.b() end`,
}

func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("many programs")
	}
	lua, err := exec.LookPath("lua5.2")
	if err != nil {
		t.Skip("lua5.2 is not installed")
	}
	compare(t, lua, "free", "hostile", 0, hostile)
}
