package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

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
		t.Skip("makes very many timers, tasks and names")
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
