package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console"
)

// loops are expressions that come to no end, in each way in which Lua code is run.
var loops = map[string]string{
	"plain":           `(function() while true do end end)()`,
	"in sort":         `table.sort({3, 2, 1}, function() while true do end end)`,
	"in gsub":         `string.gsub("abc", ".", function() while true do end end)`,
	"in a reader":     `load(function() while true do end end)`,
	"in a handler":    `xpcall(error, function() while true do end end)`,
	"in __gc":         `(function() setmetatable({}, {__gc = function() while true do end end}) return collectgarbage() end)()`,
	"in __tostring":   `tostring(setmetatable({}, {__tostring = function() while true do end end}))`,
	"in __len":        `table.concat(setmetatable({}, {__len = function() while true do end end}))`,
	"in __index":      `setmetatable({}, {__index = function() while true do end end}).x`,
	"in __concat":     `"x" .. setmetatable({}, {__concat = function() while true do end end})`,
	"in __eq":         `(function() local m = {__eq = function() while true do end end} return setmetatable({}, m) == setmetatable({}, m) end)()`,
	"in wrap":         `coroutine.wrap(function() while true do end end)()`,
	"in wrap in sort": `table.sort({3, 2, 1}, coroutine.wrap(function() while true do end end))`,
	"sort in wrap":    `coroutine.wrap(function() table.sort({3, 2, 1}, function() while true do end end) end)()`,
	"in require":      `require "loops"`,
	"in a hook":       `(function() debug.sethook(function() while true do end end, "", 1) local x = 1 x = 2 end)()`,
	"in pcall":        `pcall(table.sort, {3, 2, 1}, function() while true do end end)`,
	"of pcalls":       `(function() while true do pcall(table.sort, {3, 2, 1}, function() while true do pcall(error) end end) end end)()`,
	"in an iterator":  `(function() for _ in function() return 1 end do end end)()`,
	"in deepcopy":     `table.deepcopy(setmetatable({}, {__pairs = function() while true do end end}), (function() while true do end end)())`,
	"a match":         `string.find(("a"):rep(50), ("a*"):rep(50) .. "b")`,
}

// endlessSource is a service that goes on whatever the console does to it.
const endlessSource = `local skynet = require "skynet"
local box = {x = 1, loops = function() while true do end end}
local CMD = {}
function CMD.get(a)
	local twice = 2 * a
	return twice, box.x
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...) skynet.retpack(CMD[command](...)) end)
	skynet.info_func(function() table.sort({3, 2, 1}, box.loops) end)
end)
`

// endlessCommands are sessions in which a command runs Lua code that comes to no end,
// with what the command is to say.
var endlessCommands = []struct {
	name  string
	lines []string // LOOP stands for a loop, INJECTED for a file, MAIN for the service's own
	file  string   // what MAIN holds by then
	want  string
}{
	{"eval", []string{"eval main LOOP"}, "", "no answer within 50 ms; the code was ended"},
	{"set", []string{"set main box.y LOOP"}, "", "no answer within 50 ms; the code was ended"},
	{"lua", []string{"lua main", "LOOP", ""}, "", "no answer within 50 ms; the code was ended"},
	{"inject", []string{"inject main INJECTED"}, "", "no answer within 50 ms; the code was ended"},
	{"info", []string{"info main"}, "", "no answer within 50 ms; the code was ended"},
	{"RUN", []string{`dbgcmd main RUN [[local x = LOOP]]`}, "", "no answer within 50 ms; the code was ended"},
	{"INFO", []string{"dbgcmd main INFO"}, "", "no answer within 50 ms; the code was ended"},
	{"arguments", []string{`call main "get", (function() while true do end end)()`}, "", "the expressions take too long"},
	{"large arguments", []string{`send main "get", (function() local s = "x" while true do s = s .. s end end)()`}, "", "not enough memory"},
	{"reload", []string{"reload main"}, "local x = LOOP\n" + endlessSource, "not reloaded: loading the new text took longer than 50 ms and was ended; nothing was changed\n    "},
	{"reload of a start function", []string{"reload main"}, "local skynet = require 'skynet'\nskynet.start(function() local x = LOOP end)", "not reloaded: loading the new text took longer than 50 ms and was ended; nothing was changed\n    "},
	{"dry run", []string{"reload --dry-run main"}, "local x = LOOP\n" + endlessSource, "not reloaded: loading the new text took longer than 50 ms and was ended; nothing was changed\n    "},
	{"debugger's print", []string{"debug main", "print LOOP", "quit"}, "", "no answer within 50 ms; the code was ended"},
	{"debugger's place", []string{"debug main", "break LOOP", "quit"}, "", "no answer within 50 ms; the code was ended"},
	{"breakpoint's condition", []string{"debug main", "break main.lua:6 if LOOP", `!send main "get", 1`, "print 1", "quit"}, "", "failed: it took too long"},
	{"watch's condition", []string{"debug main", "watch lua if LOOP", `!send main "get", 1`, "print 1", "quit"}, "", "failed: it took too long"},
	{"skynet's watch", []string{"debug main", `watch("lua", function() return LOOP end)`, `!send main "get", 1`, "print 1", "quit"}, "", "failed: it took too long"},
	{"skynet's watch at once", []string{"debug main", `watch("lua", LOOP)`, "quit"}, "", "no answer within 50 ms; the code was ended"},
}

// Whatever code a command runs, it ends by the command's limit, in the command's words,
// and the service goes on.
func TestEndlessCodeIsEnded(t *testing.T) {
	if testing.Short() {
		t.Skip("runs to its bounds")
	}
	for _, c := range endlessCommands {
		t.Run(c.name, func(t *testing.T) {
			for loop, code := range loops {
				if c.name != "eval" && loop != "in sort" {
					continue // the ways to run code are the same for all
				}
				for _, virtual := range []bool{true, false} {
					if !virtual && strings.Contains(c.want, "failed") {
						continue // with the real clock, news of a task comes when it comes
					}
					t.Run(fmt.Sprintf("%s, virtual clock %t", loop, virtual), func(t *testing.T) {
						text := runEndless(t, virtual, c.lines, c.file, code)
						if !virtual { // a machine with much to do gets to it too late
							text = strings.ReplaceAll(text, "the code did not begin, and will not", "the code was ended")
						}
						if !strings.Contains(text, c.want) || strings.Contains(text, "context ") || !strings.HasSuffix(text, "\n2, 1\n") {
							t.Errorf("got\n%s", text)
						}
					})
				}
			}
		})
	}
}

func runEndless(t *testing.T, virtual bool, lines []string, file, loop string) string {
	node, _ := startNodeBy(t, virtual, endlessSource)
	defer node.Stop(0)
	dir := filepath.Dir(node.Services()[0].Path())
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("loops.lua", "while true do end")
	injected := write("injected.lua", "return "+loop)
	if file != "" {
		write("main.lua", strings.ReplaceAll(file, "LOOP", loop))
	}
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), Untimed: true})
	defer s.Close()
	s.Execute(context.Background(), "timeout 50ms")
	for _, line := range lines {
		s.Execute(context.Background(), strings.NewReplacer("LOOP", loop, "INJECTED", injected).Replace(line))
	}
	s.Execute(context.Background(), "timeout 5s")
	s.Execute(context.Background(), `call main "get", 1`)
	return out.String()
}
