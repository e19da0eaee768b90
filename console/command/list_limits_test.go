package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
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

// Stacks of which there are very many are cut, too.
func TestStacksHaveALimit(t *testing.T) {
	node, _ := startNode(t, `local skynet = require "skynet"
skynet.start(function()
	for i = 1, 700 do skynet.fork(load(("\n"):rep(i) .. "require 'skynet'.sleep(1000000)")) end
end)`)
	if err := node.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	if got := output(t, s, &out, "uniqtask main"); !strings.HasSuffix(got, `… 200 more; "uniqtask main all" shows them`) {
		t.Errorf("it ends in %s", got[strings.LastIndexByte(got, '\n')+1:])
	}
	if got := output(t, s, &out, "uniqtask main all"); strings.Count(got, "1 task\n") != 700 {
		t.Errorf("%d stacks", strings.Count(got, "1 task\n"))
	}
	setJSON(s, true)
	var counts map[string]int
	if err := json.Unmarshal([]byte(output(t, s, &out, "uniqtask main")), &counts); err != nil || len(counts) != 501 || counts["$more"] != 200 {
		t.Errorf("%v, %d stacks, %d more", err, len(counts), counts["$more"])
	}
}

// A row shows the first of a service's very many names, in both forms, and tells how many
// there are beside them.
func TestRowsHaveFewNames(t *testing.T) {
	node := startCrowdOf(t, 3000)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	if got := output(t, s, &out, "list"); !strings.Contains(got, " … 2,901 more ") || len(got) > 2000 {
		t.Errorf("%d bytes: %.2000s", len(got), got)
	}
	setJSON(s, true)
	var rows []struct{ Names []any }
	if err := json.Unmarshal([]byte(output(t, s, &out, "list")), &rows); err != nil || len(rows) != 1 {
		t.Fatal(err, len(rows))
	}
	names := rows[0].Names
	if d := cmp.Diff(map[string]any{"$more": 2901.}, names[len(names)-1]); d != "" || len(names) != 101 || names[0] != "crowd" {
		t.Errorf("%d names, the last is %v", len(names), names[len(names)-1])
	}
}

// A reload names the first of very many functions, in both forms, and so does the line of
// the version.
func TestReloadsHaveFewNames(t *testing.T) {
	source := "local skynet = require 'skynet'\nlocal CMD = {}\n"
	for i := range 150 {
		source += fmt.Sprintf("function CMD.f%d() return 1 end\n", i)
	}
	source += "skynet.start(function() skynet.dispatch('lua', function(_, _, c) skynet.retpack(CMD[c]()) end) end)\n"
	node, _ := startNode(t, source)
	edit := func(old, new string) {
		source = strings.ReplaceAll(source, old, new)
		if err := os.WriteFile(node.Services()[0].Path(), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), Untimed: true})
	defer s.Close()
	edit("return 1", "return 2")
	reply := output(t, s, &out, "reload main")
	if !strings.Contains(reply, ", … 50 more changed") || strings.Count(reply, "CMD.f") != 100 {
		t.Errorf("reload: %s", reply)
	}
	if list := output(t, s, &out, "versions main"); !strings.Contains(list, ", … 50 more") || strings.Count(list, "CMD.f") != 100 {
		t.Errorf("versions: %s", list)
	}
	setJSON(s, true)
	edit("return 2", "return 3")
	var change struct {
		ChangedFunctions []any `json:"changed_functions"`
		NewFunctions     []any `json:"new_functions"`
	}
	if err := json.Unmarshal([]byte(output(t, s, &out, "reload main")), &change); err != nil {
		t.Fatal(err)
	}
	names := change.ChangedFunctions
	if d := cmp.Diff(map[string]any{"$more": 50.}, names[len(names)-1]); d != "" || len(names) != 101 || change.NewFunctions == nil {
		t.Errorf("%d names, the last is %v", len(names), names[len(names)-1])
	}
}
