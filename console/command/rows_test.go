package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/service"
)

const crowd = `local skynet = require "skynet"
skynet.start(function()
	for i = 1, 700 do
		skynet.timeout(100000 + i, function() end)
		skynet.register("name" .. i)
	end
	for i = 1, 20 do skynet.fork(function() skynet.sleep(1000000) end) end
	skynet.dispatch("lua", function() skynet.retpack() end)
	skynet.info_func(function() return { ratio = 0/0, count = 12345 } end)
end)`

// startCrowd gives a node whose service has set all its timers and sleeps in all its forks.
func startCrowd(t *testing.T) *service.Node {
	t.Helper()
	node, _ := startNode(t, crowd)
	if err := node.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return node
}

// output executes a command and gives what it wrote.
func output(t *testing.T, s *console.Session, out *bytes.Buffer, command string) string {
	t.Helper()
	out.Reset()
	if err := s.Execute(context.Background(), command); err != nil {
		t.Errorf("%s: %v %s", command, err, out)
	}
	return strings.TrimSpace(out.String())
}

// setJSON says in which form a session replies.
func setJSON(s *console.Session, on bool) {
	state := map[bool]string{true: "on", false: "off"}[on]
	s.Execute(context.Background(), "json "+state)
}

// Every list has a limit, in both forms, tells what it left out and how to see that.
func TestListsHaveLimits(t *testing.T) {
	node := startCrowd(t)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	for _, c := range []struct {
		command     string
		total, more int
		hint        string
	}{
		{"timers", 720, 220, `"timers SERVICE" picks some, "timers all" shows them`},
		{"timers name1", 720, 220, `"timers all" shows them`},
		{"timers all", 720, 0, ""},
		{"tasks name1", 720, 220, `"tasks name1 all" shows them`},
		{"tasks name1 all", 720, 0, ""},
		{"names", 701, 201, `"names TEXT" picks some, "names all" shows them`},
		{"names all", 701, 0, ""},
		{"names name70", 2, 0, ""},
		{"mem", 1, 0, ""},
		{"mem all 2s", 1, 0, ""},
		{"list", 1, 0, ""},
	} {
		setJSON(s, false)
		text := output(t, s, &out, c.command)
		if tail := fmt.Sprintf("… %d more; ", c.more); strings.Contains(text, tail) != (c.more > 0) || !strings.HasSuffix(text, c.hint) {
			t.Errorf("%s ends in %s", c.command, text[strings.LastIndexByte(text, '\n')+1:])
		}
		setJSON(s, true)
		var rows []map[string]any
		if err := json.Unmarshal([]byte(output(t, s, &out, c.command)), &rows); err != nil {
			t.Fatalf("%s: %v", c.command, err)
		}
		if more := rows[len(rows)-1]["$more"]; c.more == 0 && (len(rows) != c.total || more != nil) ||
			c.more > 0 && (len(rows) != c.total-c.more+1 || more != float64(c.more)) {
			t.Errorf("%s: %d rows, the last is %v", c.command, len(rows), rows[len(rows)-1])
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

// Help breaks lines between words only, and keeps within the screen.
func TestHelpIsBrokenBetweenWords(t *testing.T) {
	for _, c := range Table().All() {
		for _, width := range []int{40, 72} {
			text := c.Text(width)
			for _, line := range strings.Split(text, "\n") {
				if render.Width(line) > width && !strings.HasPrefix(line, "  >") {
					t.Errorf("help %s at %d columns has the line %q", c.Name, width, line)
				}
			}
			if want, got := strings.Fields(c.Text(0)), strings.Fields(text); strings.Join(want, " ") != strings.Join(got, " ") {
				t.Errorf("help %s at %d columns has other words", c.Name, width)
			}
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
