package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// evil acts on a terminal, reorders what stands beside it, and forges lines. FORGED
// must not begin a line, and SGR must not be in colour.
const evil = "x\x1b]0;evil\x07\x1b[31mSGR\x1b[0m\x9b31m\u009b2J\r\nFORGED\nFORGED\u2028\u202eFORGED\x00\x7f\xff\b"

// hostile has such text wherever a service may say something.
const hostile = `local skynet = require "skynet"
local evil = ...
local held = { [evil] = evil, list = { evil, evil }, deep = { [evil] = { [evil] = evil } } }
local handlers = {}
function handlers.fail() error(evil) end
function handlers.table() error(setmetatable({}, { __tostring = function() return evil end })) end
function handlers.say() print(evil) io.write(evil) skynet.error(evil) return evil, held end
function handlers.silent() return end
handlers[evil] = function() return evil end
local code = load("local skynet = ... return function() skynet.timeout(100000, function() end) skynet.sleep(100000) end", "@" .. evil)
skynet.info_func(function(...) return evil, held, ... end)
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...)
		local handler = handlers[command]
		if not handler then error(command .. evil) end
		skynet.ret(skynet.pack(handler(...)))
	end)
	skynet.register("." .. evil)
	skynet.register("HOSTILE")
	skynet.name(".other" .. evil, skynet.self())
	skynet.fork(code(skynet))
	skynet.fork(load("local skynet = ... return function() skynet.timeout(100000, function() end) skynet.wait() end", "=" .. evil)(skynet))
	skynet.timeout(100000, load("return function() end", "=" .. evil)())
	skynet.fork(function() skynet.error(pcall(coroutine.wrap(code(skynet)))) end)
	skynet.fork(function() skynet.call(skynet.self(), "debug", evil) end)
	skynet.fork(function() skynet.send(424242, "lua", evil, held) end)
	skynet.fork(function() error(evil) end)
	skynet.error(evil)
	print(evil)
	_G[evil] = held
end)
`

// shownText is what a screen was given; workers write, too.
type shownText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *shownText) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *shownText) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.text.Reset()
	return s.text.String()
}

// collecting is a screen on which services log, too. What they print is shown elsewhere:
// its lines are their own.
type collecting struct{ screen, prints *console.Screen }

func (c collecting) Print(_ message.Address, text string) { fmt.Fprint(c.prints.Services(), text) }
func (c collecting) Log(e service.LogEntry)               { fmt.Fprintln(c.screen.Services(), e) }

// checkShown reports what must not come out.
func checkShown(t *testing.T, line, shown string, colors bool) {
	t.Helper()
	checkBytes(t, line, shown, colors)
	for text := range strings.Lines(shown) {
		if strings.HasPrefix(text, "FORGED") {
			t.Errorf("%.60q shows a line of the service's as one of its own: %.400q", line, shown)
			return
		}
	}
}

// checkBytes reports what acts on a terminal.
func checkBytes(t *testing.T, line, shown string, colors bool) {
	t.Helper()
	for i, r := range shown {
		if r == '\x1b' && colors && strings.HasPrefix(shown[i:], "\x1b[") {
			continue
		}
		if r != '\n' && r != '\t' && (!unicode.IsPrint(r) || r == utf8.RuneError) {
			t.Errorf("%.60q shows the byte %q: %.300q", line, shown[i], shown[max(0, i-100):])
			return
		}
	}
	if strings.Contains(shown, "\x1b[31mSGR") {
		t.Errorf("%.60q shows a colour of the service's: %.200q", line, shown)
	}
}

// hostileLines are lines for each command of the table.
func hostileLines() []string {
	by := map[string][]string{
		"info": {"info HOSTILE", "info HOSTILE 1"}, "dump": {"dump HOSTILE", "dump HOSTILE held", "dump HOSTILE held.list[1]", "dump HOSTILE nope", "dump HOSTILE held.nope.x"},
		"set": {`set HOSTILE held.new "a"`, "set HOSTILE nope.x 1", "set HOSTILE held.nope.x 1"}, "eval": {"eval HOSTILE held", "eval HOSTILE error(next(held))", "eval HOSTILE print(next(held))", `eval HOSTILE skynet.error(next(held))`},
		"call": {`call HOSTILE "fail"`, `call HOSTILE "table"`, `call HOSTILE "say"`, `call HOSTILE "silent"`, `call HOSTILE "none"`, `call HOSTILE "\27[31mSGR\nFORGED"`},
		"send": {`send HOSTILE "fail"`, `send HOSTILE "say"`}, "trace": {"trace HOSTILE on", `call HOSTILE "say"`, "trace HOSTILE", "trace HOSTILE off"},
		"log": {"log", "log HOSTILE", "log 100"}, "killtask": {"killtask HOSTILE 999"}, "timer": {"timer fire 999"}, "clock": {"clock", "clock next"},
		"watch": {"watch every 1s for 2s list"}, "getenv": {"getenv hostile"}, "setenv": {"setenv hostile 1"}, "launch": {"launch broken", "launch missing"},
		"json": {"json off"}, "history": {"history"}, "signal": {"signal HOSTILE"}, "source": nil, "record": nil, "lua": {"lua HOSTILE", "held", "error(next(held))", "", "lua HOSTILE", "("},
		"debug": {"debug HOSTILE", "locals", "tasks", "breaks", "quit"}, "quit": nil, "shutdown": nil, "kill": nil, "exit": nil, "restart": nil, "alias": {"alias a dump HOSTILE", "a"},
	}
	var lines []string
	for _, c := range Table().All() {
		given, ok := by[c.Name]
		if !ok {
			given = []string{c.Name, c.Name + " HOSTILE", c.Name + " HOSTILE held", c.Name + " nobody" + strings.ReplaceAll(evil, "\n", "")}
		}
		lines = append(lines, given...)
	}
	return append(lines, "list", "restart HOSTILE", "kill HOSTILE", "list", "shutdown")
}

func TestNothingOfAServiceActsOnTheTerminal(t *testing.T) {
	for _, options := range []console.Options{{}, {Palette: render.NewPalette(true)}, {JSON: true}} {
		var out, prints shownText
		options.Screen = console.NewScreen(&out)
		path := filepath.Join(t.TempDir(), "?.lua")
		write := func(name, source string) {
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), name+".lua"), []byte(source), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("hostile\x1b[31mSGR", hostile)
		write("broken", "error(\"\\27[31mSGR\\nFORGED\")")
		node := service.NewNode(service.Config{
			Workers: 1, Virtual: true, Path: []string{path}, Output: collecting{options.Screen, console.NewScreen(&prints)}, Env: map[string]string{"hostile": evil},
			Open: nodetest.Open(&skynet.Options{ModulePath: path}, nil),
		})
		s := newSession(node, options)
		if _, err := node.Launch(context.Background(), service.Spec{Name: "hostile\x1b[31mSGR", Args: []string{evil}}); err != nil {
			t.Fatal(err)
		}
		s.Execute(context.Background(), "timeout 1s")
		for _, line := range append([]string{"starting"}, hostileLines()...) {
			if line != "starting" {
				s.Execute(context.Background(), line)
			}
			shown := out.take()
			if strings.Contains(line, "print(") {
				shown = printed(shown)
			}
			checkShown(t, line, shown, options.Palette.Enabled())
			checkBytes(t, line, prints.take(), false)
		}
		if words := s.Complete("dump ", 5).Candidates; strings.ContainsFunc(strings.Join(words, ""), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("completion offers %q", words)
		}
		s.Close()
		node.Stop(0)
		<-node.Done()
	}
}

// printed takes out what a command's code prints: its lines are its own.
func printed(shown string) string {
	return strings.ReplaceAll(shown, strings.TrimSuffix(screenText(evil), "\n"), "")
}

func screenText(s string) string {
	var b strings.Builder
	fmt.Fprint(console.NewScreen(&b), s)
	return b.String()
}
