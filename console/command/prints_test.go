package command

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/console"

	"github.com/google/go-cmp/cmp"
)

// What code prints is shown where it was asked for, also in a remote session.
func TestRemotePrints(t *testing.T) {
	node, svc := startNode(t, completedSource)
	file := filepath.Join(t.TempDir(), "script.lua")
	if err := os.WriteFile(file, []byte("print('rooms', next(rooms), ...)\nreturn 7"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), Remote: true})
	defer s.Close()
	for _, line := range []string{
		"inject " + svc.Address().String() + " " + file + " a 'b c'",
		"json on",
		"eval " + svc.Address().String() + ` print("x", 1)`,
	} {
		if err := s.Execute(context.Background(), line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	want := "rooms\tlobby\ta\tb c\n7\n{\"json\":true}\n{\"printed\":\"x\\t1\",\"results\":[],\"took\":0}\n"
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
}

// The debugger's prompt in a session of its own: what it says, and that the end of
// the session lets everything go on.
func TestDebugPrompt(t *testing.T) {
	node, svc := startNode(t, completedSource)
	ctx := context.Background()
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	for _, line := range []string{"debug main", "watch", "!call main 1"} {
		if err := s.Execute(ctx, line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if !strings.Contains(out.String(), "watch 1: task ") {
		t.Errorf("no stop: %s", out.String())
	}
	check := func(text, want string, wantFrom int) {
		t.Helper()
		got := s.Complete(text, len(text))
		if len(got.Candidates) == 0 || got.Candidates[0] != want || got.From != wantFrom {
			t.Errorf("%q: got %+v", text, got)
		}
	}
	check("loc", "locals", 0)
	check("p rooms.lo", "lobby.", 8)
	check("break ma", "main.lua:", 6)
	check("!lis", "list", 1)
	check("!call ma", "main", 6)
	out.Reset()
	s.Close()
	if !strings.Contains(out.String(), "lobby") {
		t.Errorf("the call was not answered: %s", out.String())
	}
	tasks, err := svc.Tasks(ctx)
	if err != nil || len(tasks) > 0 {
		t.Errorf("tasks stand: %v, %v", tasks, err)
	}
}
