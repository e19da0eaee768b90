//go:build unix

package lua_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// longCalls are calls that take long, or for ever, on what prepared makes: s and
// w are 2.5 MB of text, d of digits, t and n are long lists, e is a list without end.
var longCalls = []string{
	`string.rep(s, 3)`, `string.rep("ab", 2e6, ",")`, `string.reverse(s)`, `string.upper(s)`, `string.lower(s)`, `string.format(s)`,
	`string.format("%q", s)`, `string.find(s, "y", 1, true)`, `string.find(s, "y")`, `string.find(s, "^x*x*x*y")`, `string.match(s, "^%a*$")`,
	`string.gsub(s, "x", "y")`, `string.gsub(s, "^[x]*y", "")`, `string.gmatch(s, "x-x-x-y")()`, `string.find("(" .. s, "%b()")`,
	hopeless, `string.gsub(s, ".", {x = "z"})`, `string.gsub(s, ".", string.len)`,
	`string.pack(w, 1)`, `string.packsize(w)`, `utf8.len(s)`, `utf8.offset(s, 2e6)`, `os.date(w)`,
	`table.concat(t, ",")`, `table.concat(n)`, `table.sort(n)`, `table.sort(t)`, `table.sort(n, math.max)`, `table.unpack(n, 1, 2e5)`, `table.maxn(n)`,
	`table.insert(e, 1, 0)`, `table.remove(e, 1)`, `table.move(e, 1, 2^52, 2, {})`, `table.deepcopy(n)`,
	`load(("x = 1 "):rep(1e5))`, `load(function() return "x = 1 " end)`, `load(function() return " " end)`,
	`(function() local function f() return pcall(f) end f() end)()`,
	`(function() local function f() return f() end f() end)()`,
	`(function() local m = {} function m:__call() return self() end setmetatable(m, m)() end)()`,
	`(function() for i = 1, 1/0 do end end)()`, `(function() repeat until false end)()`, `(function() ::a:: goto a end)()`,
	`(function() for _ in function() return 1 end do end end)()`, `(function() local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end end)()`,
	`pcall(function() while true do pcall(error) end end)`, `xpcall(error, function() while true do end end)`,
	`io.popen("exec sleep 5"):read()`, `io.popen("exec sleep 5"):read("*n")`, `io.popen("exec sleep 5"):read("*a")`, `io.popen("exec sleep 5"):read(1)`,
	`io.popen("exec sleep 5"):lines()()`, `io.input(io.popen("exec sleep 5")) io.read()`, `io.popen("exec sleep 5", "w"):write(s)`,
	`(function() local f = io.popen("exec sleep 5", "w") f:setvbuf("full", 1e7) f:write(s) f:flush() end)()`,
	`io.open(fifo)`, `io.open(fifo, "w")`, `io.lines(fifo)`, `io.output(fifo)`, `loadfile(fifo)`, `dofile(fifo)`,
	`package.searchpath(fifo, "?", "")`, `(function() package.path = "?" require(fifo) end)()`, `io.open(fifo, "r+"):read()`,
	`io.open("/dev/zero"):read("*a")`, `os.execute("exec sleep 1000")`, `io.popen("exec sleep 1000 >/dev/null"):close()`,
	`tonumber(d)`, `d + 1`, `math.floor(d)`, `tonumber((" "):rep(2.5e6) .. "1")`, `tonumber(d, 10)`, `tonumber((" "):rep(2.5e6), 10)`,
}

// hopeless takes longer than there is time.
const hopeless = `string.find(("a"):rep(50), ("a*"):rep(50) .. "b")`

// prepared is what the calls are given, by its name.
var prepared = map[string]string{
	"s": `("x"):rep(2.5e6)`,
	"w": `("x"):rep(2.5e6)`,
	"d": `("7"):rep(2.5e6)`,
	"t": `(function() local t = {} for i = 1, 1e5 do t[i] = "item" .. -i end return t end)()`,
	"n": `(function() local n = {} for i = 1, 2e5 do n[i] = -i end return n end)()`,
	"e": `setmetatable({}, {__len = function() return 2^30 end, __index = function() return "x" end})`,
}

// word is a name in Lua code.
var word = regexp.MustCompile(`\b[a-z]\b`)

// killedIn prepares what a call names, orders a kill and makes the call.
func killedIn(call string) string {
	var b strings.Builder
	for _, name := range word.FindAllString(call, -1) {
		if value := prepared[name]; value != "" {
			fmt.Fprintf(&b, "local %s = %s ", name, value)
		}
	}
	return b.String() + "kill() local done = " + call + " ended()"
}

// TestLongCallsCanBeKilled orders a kill before each call; the call must not
// come to its end, and Lua code can't catch the kill.
func TestLongCallsCanBeKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("many calls that take long")
	}
	for _, call := range longCalls {
		host := newHost(t, &bytes.Buffer{})
		s := vm.NewState(vm.Config{Seed: seed})
		lua.Open(s, host)
		s.Globals.SetString("kill", s.NewFunction("kill", func(*vm.Thread) int {
			s.Interrupt(vm.InterruptKill)
			return 0
		}))
		s.Globals.SetString("ended", s.NewFunction("ended", func(*vm.Thread) int {
			t.Errorf("%s comes to its end", call)
			return 0
		}))
		fifo := filepath.Join(t.TempDir(), "fifo")
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		s.Globals.SetString("fifo", vm.String(fifo))
		code, err := host.Compile("=test", []byte(killedIn(call)), nil)
		if err != nil {
			t.Fatal(err)
		}
		task := s.NewTask(s.NewClosure(code, vm.TableValue(s.Globals)))
		if status := task.AsTask().Resume(); status != vm.StatusError || !errors.Is(task.AsTask().Failure(), vm.ErrKilled) {
			t.Errorf("%s: status %d: %v", call, status, task.AsTask().Failure())
		}
	}
}

// TestKillFromOutside kills a call that would take longer than the universe
// from another goroutine.
func TestKillFromOutside(t *testing.T) {
	host := newHost(t, &bytes.Buffer{})
	s := vm.NewState(vm.Config{Seed: seed})
	lua.Open(s, host)
	begun := make(chan struct{})
	s.Globals.SetString("begin", s.NewFunction("begin", func(*vm.Thread) int {
		close(begun)
		return 0
	}))
	code, err := host.Compile("=test", []byte("begin() return "+hopeless), nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-begun
		s.Interrupt(vm.InterruptKill)
	}()
	task := s.NewTask(s.NewClosure(code, vm.TableValue(s.Globals)))
	if status := task.AsTask().Resume(); status != vm.StatusError || !errors.Is(task.AsTask().Failure(), vm.ErrKilled) {
		t.Errorf("status %d: %v", status, task.AsTask().Failure())
	}
}
