package command

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/console/render"
)

// With JSON on, whatever is typed is answered by lines of JSON.
func TestEveryReplyIsJSON(t *testing.T) {
	node, _ := startNodeBy(t, true, `local skynet = require "skynet"
local function work(a)
	skynet.sleep(10)
	return a
end
skynet.start(function() skynet.dispatch("lua", function(_, _, a) skynet.retpack(work(a)) end) end)
`)
	defer node.Stop(0)
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), JSON: true, Untimed: true})
	defer s.Close()
	shown := ""
	for _, line := range []string{
		"debug main", "break main.lua:3", `!call main "x"`, "locals", "backtrace", "list", "step", "tasks", "breaks", "c", "!clock next", "", "help", "nothing(", "quit",
		"lua main", "skynet", "1 + 1", "(", "1)", "error{}", "", "lua", "1", "quit",
		"record " + t.TempDir() + "/a.txt", "record off", "debug main", "step", "quit", "debug main", `!exit main`, "locals", "quit", "launch main", "list", "tasks", "json",
	} {
		out.Reset()
		s.Execute(context.Background(), line)
		for reply := range strings.Lines(out.String()) {
			if !json.Valid([]byte(reply)) {
				t.Errorf("%s: no JSON: %s", line, reply)
			}
		}
		shown += out.String()
	}
	for _, want := range []string{`{"mode":"debug","service":":00000002"}`, `{"mode":"lua","service":":00000002"}`, `{"mode":"commands"}`, `{"answer_to":"call main \"x\""}`} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s is missing in\n%s", want, shown)
		}
	}
}

// What are numbers are numbers in JSON, and what JSON has no number for is marked.
func TestInfoAsJSON(t *testing.T) {
	node := startCrowd(t)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), JSON: true})
	defer s.Close()
	got := output(t, s, &out, "info name1")
	for _, want := range []string{`"tasks":720}`, `"queue":0,`, `"age":0,`, `"info":[{"count":12345,"ratio":{"$number":"nan"}}]`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

// What machines read has no colours, whatever a session's palette.
func TestJSONHasNoColours(t *testing.T) {
	node, svc := startNode(t, `local skynet = require "skynet"
skynet.start(function() skynet.dispatch("lua", function() error "no" end) end)`)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), Palette: render.NewPalette(true), JSON: true})
	defer s.Close()
	address := svc.Address().String()
	for _, line := range []string{"nosuch", "kill nobody", "call " + address, "help", "list", "source x", "watch every 1ms for 0s ping nobody"} {
		out.Reset()
		s.Execute(context.Background(), line)
		var reply any
		if err := json.Unmarshal(out.Bytes(), &reply); err != nil || strings.Contains(out.String(), "u001b") {
			t.Errorf("%s: %v %q", line, err, out.String())
		}
	}
}
