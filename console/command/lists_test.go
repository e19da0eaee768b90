package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
	"lunarium/runtime/service"
)

// crowdOf is a service with very many timers, tasks and names.
const crowdOf = `local skynet = require "skynet"
skynet.start(function()
	skynet.register("crowd")
	for i = 1, ROWS do
		skynet.timeout(100000 + i, function() end)
		skynet.fork(function() skynet.sleep(1000000) end)
		skynet.register("name" .. i)
	end
end)`

var longLists = []string{"timers all", "timers crowd all", "tasks crowd all", "names all"}

func startCrowdOf(t testing.TB, rows int) *service.Node {
	t.Helper()
	node, _ := startNode(t, strings.ReplaceAll(crowdOf, "ROWS", fmt.Sprint(rows)))
	if err := node.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return node
}

// partsWriter is told of each part that is written.
type partsWriter struct {
	number int
	each   func(number int, part []byte)
}

func (w *partsWriter) Write(b []byte) (int, error) {
	w.number++
	w.each(w.number, b)
	return len(b), nil
}

func liveHeap() int {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

// A list of very many rows is made while it is written: neither its rows nor its text
// are held.
func TestLongListsAreNotHeld(t *testing.T) {
	if testing.Short() {
		t.Skip("makes much")
	}
	const rows, mostOfEach = 10_000, 200 // bytes; a row and its text took over 600
	node := startCrowdOf(t, rows)
	for _, command := range longLists {
		for _, asJSON := range []bool{false, true} {
			before, held := liveHeap(), 0
			out := &partsWriter{each: func(number int, _ []byte) {
				if number == 3 {
					held = liveHeap() - before
				}
			}}
			s := newSession(node, console.Options{Screen: console.NewScreen(out), JSON: asJSON})
			if err := s.Execute(context.Background(), command); err != nil {
				t.Fatal(err)
			}
			s.Close()
			if out.number < 5 {
				t.Errorf("%s, JSON %t: it came in %d parts", command, asJSON, out.number)
			}
			if held > rows*mostOfEach {
				t.Errorf("%s, JSON %t: %d bytes of each row are held", command, asJSON, held/rows)
			}
		}
	}
}

// Who cancels a long list waits for the row that is being made, and has whole lines.
func TestLongListsAreCancelled(t *testing.T) {
	const rows = 20_000
	node := startCrowdOf(t, rows)
	for _, command := range longLists {
		for _, asJSON := range []bool{false, true} {
			ctx, cancel := context.WithCancel(context.Background())
			var got bytes.Buffer
			s := newSession(node, console.Options{Screen: console.NewScreen(&partsWriter{each: func(_ int, part []byte) {
				cancel()
				got.Write(part)
			}}), JSON: asJSON})
			if err := s.Execute(ctx, command); err == nil {
				t.Errorf("%s, JSON %t: not cancelled", command, asJSON)
			}
			s.Close()
			lines := strings.Split(strings.TrimSpace(got.String()), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, "interrupted") || got.Len() > 3*console.AnswerPart {
				t.Errorf("%s, JSON %t: %d bytes, the last line is %q", command, asJSON, got.Len(), last)
			}
			if !asJSON {
				continue
			}
			var list []map[string]any
			if err := json.Unmarshal([]byte(lines[0]), &list); err != nil || len(lines) != 2 {
				t.Fatalf("%s: %d lines, %v", command, len(lines), err)
			}
			if more, ok := list[len(list)-1]["$more"].(float64); !ok || int(more)+len(list)-1 < rows {
				t.Errorf("%s: %d rows, the last is %v", command, len(list), list[len(list)-1])
			}
		}
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

// BenchmarkLongLists tells what one row of a list takes.
func BenchmarkLongLists(b *testing.B) {
	const rows = 20_000
	node := startCrowdOf(b, rows)
	for _, command := range longLists {
		for _, form := range []string{"text", "json"} {
			b.Run(strings.ReplaceAll(command, " ", "_")+"/"+form, func(b *testing.B) {
				s := newSession(node, console.Options{Screen: console.NewScreen(io.Discard), JSON: form == "json"})
				defer s.Close()
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for b.Loop() {
					if err := s.Execute(context.Background(), command); err != nil {
						b.Fatal(err)
					}
				}
				runtime.ReadMemStats(&after)
				each := float64(b.N) * rows
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/each, "ns/row")
				b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/each, "B/row")
			})
		}
	}
}

// A text picks by names with the dot of local ones, as programs write them, and without.
func TestTextsPickByNamesWithTheirDot(t *testing.T) {
	node, _ := startNode(t, `local skynet = require "skynet"
		skynet.start(function() skynet.register(".evil") skynet.timeout(1000, function() end) end)`)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), JSON: true})
	defer s.Close()
	for _, command := range []string{"list", "mem", "stat", "names", "timers", "tasks"} {
		for word, want := range map[string]int{"evil": 1, ".evil": 1, ".ev": 1, ".vil": 0, "..evil": 0} {
			if want == 0 && (command == "timers" || command == "tasks") {
				continue // they want one service
			}
			var rows []any
			if err := json.Unmarshal([]byte(output(t, s, &out, command+" "+word)), &rows); err != nil || len(rows) != want {
				t.Errorf("%s %s: %d rows, want %d; %v", command, word, len(rows), want, err)
			}
		}
	}
}
