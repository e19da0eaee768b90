package skynet_test

// What the tasks of a service say while one is inside a call that takes long.

import (
	"context"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/service"
)

// TestLongCallsCanBeLookedInto asks a service for its tasks while one is inside
// a call that would take longer than the universe, and kills it there.
func TestLongCallsCanBeLookedInto(t *testing.T) {
	calls := map[string]string{
		"'find'": `string.find(("a"):rep(50), ("a*"):rep(50) .. "b")`,
		// The machine's own loop, where the task can't be suspended.
		"'sort'": `table.sort({1, 2}, function() while true do end end)`,
	}
	for name, call := range calls {
		w := newWorld(t, map[string]string{"main": in(`skynet.fork(function() ` + call + ` end)`), "echo": echo})
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		defer cancel()
		svc, err := w.Node.Launch(ctx, service.Spec{Name: "main"})
		if err != nil {
			t.Fatal(err)
		}
		for inside := false; !inside; {
			tasks, err := svc.Tasks(ctx)
			if err != nil {
				t.Fatal(name, err)
			}
			for _, task := range tasks {
				inside = inside || task.Running && strings.Contains(task.Traceback, "[C]: in function "+name)
			}
		}
		w.Node.Kill(svc.Address())
		select {
		case <-svc.Gone():
		case <-ctx.Done():
			t.Errorf("%s goes on after the kill", name)
		}
	}
}
