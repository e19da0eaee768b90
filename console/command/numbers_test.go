package command

import (
	"bytes"
	"strings"
	"testing"

	"lunarium/console"
	"lunarium/runtime/host"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// What gives back what an ended task held is no task of the operator's.
func TestCleanUpIsNotKilled(t *testing.T) {
	node, _ := startNode(t, `require("skynet").start(function() end)`)
	svc := node.Services()[0]
	begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	if err := svc.Do(t.Context(), func(own service.Self) {
		st := own.State()
		host.Tidy(st, "a clean-up", func(t *vm.Thread) int {
			return host.Watch(t, "its end", func(finish func(func(*vm.Thread) int)) func() {
				go func() {
					<-goOn
					finish(func(*vm.Thread) int {
						close(ended)
						return 0
					})
				}()
				close(begun)
				return nil
			})
		})
	}); err != nil {
		t.Fatal(err)
	}
	<-begun
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	const refusal = "task 2 can't be killed: it gives back what an ended task held (a clean-up), and ends when that is done"
	if err := s.Execute(t.Context(), "killtask main 2"); err == nil || strings.TrimSpace(out.String()) != refusal {
		t.Fatalf("killtask: %s", out.String())
	}
	if got := output(t, s, &out, "tasks main"); !strings.Contains(got, `task 2  "a clean-up" from its library, waits for its end `) {
		t.Errorf("tasks: %s", got)
	}
	if got := output(t, s, &out, `eval main require("skynet").killthread("thread")`); got != "nil" {
		t.Fatalf("killthread: %s", got)
	}
	close(goOn)
	<-ended
	if got := output(t, s, &out, "tasks main"); strings.Contains(got, "clean-up") {
		t.Errorf("afterwards: %s", got)
	}
}

// A number that names nothing is refused with those that there are.
func TestNumbersThatNameNothing(t *testing.T) {
	node, _ := startNode(t, `local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(_, _, many)
		for i = 1, many do skynet.timeout(100000, function() end) end
		skynet.retpack()
	end)
end)`)
	var out bytes.Buffer
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	for _, c := range []struct{ line, want string }{
		{"killtask main 99", ":00000002 main: no task 99; there are none"},
		{"timer fire 99", "no timer 99; there are none"},
		{"timer cancel 99", "no timer 99; there are none"},
		{"call main 1", ""},
		{"timer fire 99", `no timer 99; there is 1, "timers" tells more`},
		{"call main 11", ""},
		{"killtask main 99", `:00000002 main: no task 99; there are 3, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 2 more, "tasks main" tells more`},
		{"timer fire 99", `no timer 99; there are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more, "timers" tells more`},
		{"reload main --to 7", "main has version 1 only: there is no such version"},
		{"debug main", ""},
		{"clear 3", "no breakpoint 3; there are none"},
		{"watch lua", ""},
		{"clear 3", `no breakpoint 3; there is 1, "break" tells more`},
		{"task 99", "task 99 does not stand; none does"},
	} {
		out.Reset()
		err := s.Execute(t.Context(), c.line)
		if got := strings.TrimSpace(out.String()); c.want != "" && (err == nil || got != c.want) || c.want == "" && err != nil {
			t.Errorf("%s: %s", c.line, got)
		}
	}
}
