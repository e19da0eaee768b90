package console_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/inspect/inspecttest"
	"lunarium/runtime/service"
)

// A service that stands in a Go function that goes on and on is known to be busy with the
// virtual clock, too: no command waits for it, and a signal ends what it does.
func TestBusyInGoFunction(t *testing.T) {
	node := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
		skynet.start(function() skynet.dispatch("lua", function(_, _, command)
			if command == "search" then string.find(("a"):rep(3e5), (".-"):rep(8) .. "b") end
			skynet.retpack(command)
		end) end)`}).Node
	var out strings.Builder
	session := func(patience time.Duration) *console.Session {
		s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Untimed: true, Patience: patience}, command.Table())
		t.Cleanup(s.Close)
		return s
	}
	patient, hasty := session(5*time.Minute), session(0) // what is counted takes what it takes
	for _, c := range []struct {
		by         *console.Session
		line, want string
	}{
		{patient, `call main "search"`, "did not answer: it is busy"},
		{patient, "list", "busy"},
		{hasty, "timeout 50ms", "50 ms"},
		{hasty, "gc main", "no answer within 50 ms: "},
		{patient, "tasks main", "running"},
		{patient, "signal main", "was interrupted"},
		{patient, "log main", "interrupted by signal 0"},
		{patient, `call main "again"`, "again"},
		{patient, `send main "search"`, "sent"},
		{patient, "kill main", "killed"},
	} {
		out.Reset()
		c.by.Execute(context.Background(), c.line)
		if got := out.String(); !strings.Contains(got, c.want) || strings.Contains(got, "context deadline") {
			t.Errorf("%s: got\n%s", c.line, got)
		}
		if c.by.Unsettled() {
			t.Errorf("%s: the service was waited for", c.line)
		}
	}
}

func TestUnansweredTellsWhereCodeStood(t *testing.T) {
	node, svc := started(t, `require "skynet".start(function() end)`)
	s := console.NewSession(node, console.Options{Screen: console.NewScreen(io.Discard)}, command.Table())
	defer s.Close()
	o := s.Operator()
	err := o.NoAnswer(svc, &service.EndedError{
		Task: service.TaskInfo{ID: 9, Running: true, Traceback: "stack traceback:\n\teval:1: in main chunk"},
		Err:  &service.NoAnswerError{Name: "main", Dest: svc.Address(), Err: context.DeadlineExceeded},
	})
	want := `no answer within 5 s; the code was ended
  :00000002 main: task 9  start, running
    eval:1: in main chunk
wait longer with "timeout 30s"`
	if diff := cmp.Diff(want, o.ErrorText(err)); diff != "" {
		t.Error(diff)
	}
}

// Code that had no turn within the limit did not begin, which is no request that was handled.
func TestUnansweredTellsThatCodeDidNotBegin(t *testing.T) {
	node, svc := started(t, `require "skynet".start(function() end)`)
	s := console.NewSession(node, console.Options{Screen: console.NewScreen(io.Discard)}, command.Table())
	defer s.Close()
	o := s.Operator()
	err := o.NoAnswer(svc, &service.NotBegunError{
		Err: &service.NoAnswerError{Name: "main", Dest: svc.Address(), Session: 7, Err: context.DeadlineExceeded},
	})
	want := "no answer within 5 s; the code did not begin, and will not\n" + `wait longer with "timeout 30s"`
	if diff := cmp.Diff(want, o.ErrorText(err)); diff != "" {
		t.Error(diff)
	}
}

// A node that does not come to rest, though no service is busy for long, is looked at in lists.
func TestUnrestWithoutAServiceIsAdvised(t *testing.T) {
	node, _ := started(t, `require "skynet".start(function() end)`)
	s := console.NewSession(node, console.Options{Screen: console.NewScreen(io.Discard)}, command.Table())
	defer s.Close()
	want := "the node does not come to rest: services begin and end, one after the other\n" +
		`"list" shows what is there now, and "supervise" what is started again, and how often`
	if diff := cmp.Diff(want, s.Operator().ErrorText(&service.RestlessError{})); diff != "" {
		t.Error(diff)
	}
}
