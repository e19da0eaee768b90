package command

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/runtime/service"
)

// hintSource is a service with something to complain about: it never answers "sleep".
const hintSource = `local skynet = require "skynet"
local box = {}
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command)
		if command == "sleep" then skynet.sleep(1000) end
		if command == "loop" then while true do end end
		skynet.retpack(#box)
	end)
	skynet.timeout(1000, function() end)
end)
`

// hinted are lines that fail, or that have more to say, about a service that SVC names.
var hinted = []string{
	"undo SVC", "redo SVC", "reload SVC --to 7", "reload SVC nothing.lua", "diff SVC", "diff SVC 1 9", "versions SVC", "dump SVC nothing", "dump SVC box.x.y",
	"set SVC box.x.y 1", "tasks SVC", "uniqtask SVC", "killtask SVC 99", "timers SVC", "signal SVC", "dbgcmd SVC REMOTEDEBUG", "dbgcmd SVC NOTHING",
	"trace SVC nothing on", "trace SVC", "call SVC 'sleep'", "call SVC sleep", "eval SVC skynet.sleep(1000)", "eval SVC require 'skynet'.sleep(1000)", "eval SVC while true do end",
	"set SVC box (function() while true do end end)()", "ping SVC", "info SVC", "log SVC", "stat", "list", "mem", "names", "dead",
	"kill main", "eval main 1", "tasks mai", "kill MAIM", "debug SVC", "break nothing.lua:1", "break nothing", "break 999", "watch nothing", "watch snax", "step", "continue", "task 99", "quit",
	"break 1", "locals", "inject SVC nothing.lua", "restart MAIM", "call SVC 'loop'", "call SVC 'get'", "tasks SVC", "eval SVC 1", "reload SVC", "exit SVC",
}

var (
	quotedHint = regexp.MustCompile(`"([a-z]+) ("[^"]+"|[^"]+)"`)
	breakHint  = regexp.MustCompile(`"break [^"]*"`)
	subject    = regexp.MustCompile(`^(?:no \S+ in )?(\S+) (?:runs|has version|has versions|keeps|is still|has no handler)\b`)
)

// What a hint names can be typed as it stands: it is found, and it is what was meant,
// though another service has the same file.
func TestHintsNameServices(t *testing.T) {
	hints := 0
	for _, registered := range []string{"", "keeper", "two words"} {
		node, svc := startNode(t, hintSource)
		if _, err := node.Launch(context.Background(), service.Spec{Name: "main"}); err != nil {
			t.Fatal(err)
		}
		if registered != "" {
			node.Register(registered, svc.Address())
		}
		var out strings.Builder
		s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
		s.Execute(context.Background(), "timeout 100ms")
		for _, line := range hinted {
			out.Reset()
			s.Execute(context.Background(), strings.ReplaceAll(line, "SVC", svc.Address().String()))
			reply := out.String()
			if s.Prompt() != commandPrompt {
				reply = breakHint.ReplaceAllString(reply, "") // there it is the debugger's word
			}
			for _, word := range servicesIn(Table(), reply) {
				hints++
				if found, err := node.FindService(word); err != nil || found != svc {
					t.Errorf("%s: %s names %q, which is %v, %v", line, strings.TrimSpace(out.String()), word, found, err)
				}
			}
		}
		s.Close()
	}
	if hints < 30 {
		t.Errorf("only %d hints", hints)
	}
}

// promised are hints of commands that show something.
var promised = regexp.MustCompile(`"([a-z]+(?: [^"A-Z]+)?)"\)? (?:shows|lists|tells)\b`)

// What a hint says that a command shows, it shows.
func TestHintsShowWhatTheySay(t *testing.T) {
	node, svc := startNode(t, hintSource)
	for range 2 * 10 {
		if _, err := node.Launch(context.Background(), service.Spec{Name: "main"}); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	s.Execute(context.Background(), "timeout 100ms")
	defer s.Close()
	hints := 0
	for _, line := range append([]string{"kill .", "kill .main", "kill .ma", "kill m", "kill nobody", "kill", "timer fire 99"}, hinted...) {
		out.Reset()
		debugging := s.Prompt() != commandPrompt
		s.Execute(context.Background(), strings.ReplaceAll(line, "SVC", svc.Address().String()))
		reply := out.String()
		if debugging || s.Prompt() != commandPrompt {
			continue // its words are not these commands
		}
		for _, hint := range promised.FindAllStringSubmatch(reply, -1) {
			if name, _ := console.CutWord(hint[1]); !isCommand(name) {
				continue
			}
			hints++
			out.Reset()
			err := s.Execute(context.Background(), hint[1])
			if got := strings.TrimSpace(out.String()); err != nil || got == "" || got == "(none)" || strings.HasSuffix(got, "has no tasks") {
				t.Errorf("%s: %s: %s shows %q", line, strings.TrimSpace(reply), hint[1], got)
			}
		}
		if strings.Contains(reply, "may be any of these") {
			out.Reset()
			hint := promised.FindStringSubmatch(reply)
			if hint == nil || s.Execute(context.Background(), hint[1]) != nil || strings.Count(out.String(), "\n") < 20 {
				t.Errorf("%s: %s: the hint shows %s", line, reply, out.String())
			}
		}
	}
	if hints < 10 {
		t.Errorf("only %d hints", hints)
	}
}

// servicesIn gives the words in a reply that stand where a command takes a service.
func servicesIn(table *console.Table, text string) (words []string) {
	for _, m := range quotedHint.FindAllStringSubmatch(text, -1) {
		if c, ok := table.Named(m[1]); ok && strings.HasPrefix(c.Usage, "SERVICE") {
			word, _ := console.CutWord(m[2])
			if strings.HasPrefix(m[2], `"`) {
				word = strings.Trim(m[2], `"`)
			}
			if word != "SERVICE" {
				words = append(words, word)
			}
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if m := subject.FindStringSubmatch(line); m != nil {
			words = append(words, m[1])
		}
	}
	return words
}

// commandPrompt is the prompt that takes commands.
const commandPrompt = "> "

func isCommand(name string) bool {
	_, is := Table().Named(name)
	return is
}
