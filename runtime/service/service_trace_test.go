package service

// What a trace records of messages.

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTrace(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	s.Tracing().Set(true)
	w.mustCall(s, "hello", strings.Repeat("x", 100))
	w.call(s, "boom")
	w.settle()
	var rows [][]string
	for _, e := range s.Tracing().Messages(10) {
		rows = append(rows, []string{e.From, e.Type, e.Args, e.Reply, e.Error})
	}
	long := `"` + strings.Repeat("x", 100) + `"`
	want := [][]string{
		{"the console", "lua", `"hello", ` + long, `"hello", "` + strings.Repeat("x", 31) + `"… (100 bytes)`, ""},
		{"the console", "lua", `"boom"`, "", "echo:3: boom"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}
