package console

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
)

const slowSource = `local skynet = require "skynet"
local function nap(session, source, command) skynet.sleep(500) end
skynet.start(function()
	for i = 1, 4 do skynet.fork(nap) end
	skynet.dispatch("lua", nap)
end)
`

// The report on an unanswered request begins with the request's own task.
func TestUnansweredNamesTheTaskFirst(t *testing.T) {
	node, svc := startNode(t, slowSource)
	var out strings.Builder
	s := NewSession(node, Options{Screen: NewScreen(&out)})
	defer s.Close()
	s.Execute(context.Background(), `call `+svc.Address().String()+` "slow"`)
	want := `main :00000002 did not answer: nothing more happens until the clock moves
  :00000002 main: task 6  "slow" from the console, sleeps for 0 s, wakes in 5 s
  :00000002 main: task 2  fork set at main.lua:2, sleeps for 0 s, wakes in 5 s
  :00000002 main: task 3  fork set at main.lua:2, sleeps for 0 s, wakes in 5 s
  … 2 more
"clock next" moves the clock, "tasks main" shows the stacks
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestUnansweredTellsWhereCodeStood(t *testing.T) {
	node, svc := startNode(t, slowSource)
	s := NewSession(node, Options{Screen: NewScreen(&strings.Builder{})})
	defer s.Close()
	err := s.unanswered(svc, &service.EndedError{
		Task: service.TaskInfo{ID: 9, Running: true, Traceback: "stack traceback:\n\teval:1: in main chunk"},
		Err:  &service.NoAnswerError{Name: "main", Dest: svc.Address(), Err: context.DeadlineExceeded},
	})
	want := `no answer within 5 s; the code was ended
  :00000002 main: task 9  start, running
    eval:1: in main chunk
wait longer with "timeout 30s"`
	if diff := cmp.Diff(want, s.errorText(err)); diff != "" {
		t.Error(diff)
	}
}
