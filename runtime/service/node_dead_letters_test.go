package service

// Messages that nobody took.

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDeadLetters(t *testing.T) {
	w := newWorld(t)
	w.launch("sender", `start(function() send(77, "a", {1, x = 2}) send("nobody", "b") end)`)
	w.launch("deaf", `start(function() send(self(), "c") end)`)
	w.settle()
	var rows [][]string
	for _, d := range w.DeadLetters().Last(-1) {
		rows = append(rows, []string{d.From, d.To, d.Message, d.Reason})
	}
	want := [][]string{
		{"sender", ":0000004d", `"a", {1, 1 fields}`, "there is no service :0000004d"},
		{"sender", "nobody", `"b"`, "no service is named nobody"},
		{"deaf", "deaf", `"c"`, "deaf :00000003 has no handler for lua messages"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}
