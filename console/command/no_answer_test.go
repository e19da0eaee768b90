package command

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
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
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	s.Execute(context.Background(), `call `+svc.Address().String()+` "slow"`)
	want := `main :00000002 did not answer: nothing more happens until the clock moves
  :00000002 main  task 6 "slow" from the console at main.lua:2 sleeps for 0 s, wakes in 5 s
"clock next" moves the clock, "tasks main" shows the stacks
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

const restlessSource = `local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(_, _, what)
		if what == "fork" then local function f() skynet.fork(f) end f() end
	end)
end)
`

// A node that does not come to rest is told once, with what to do about it, and by
// every command that would have needed the rest.
func TestUnrestIsSaid(t *testing.T) {
	node, _ := startNode(t, restlessSource)
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), Patience: time.Minute})
	defer s.Close()
	for _, line := range []string{`send main "fork"`, `call main "x"`, `clock advance 1s`, `kill main`, `clock advance 1s`} {
		out.WriteString("> " + line + "\n")
		s.Execute(context.Background(), line)
	}
	want := `> send main "fork"
sent to :00000002 main
the node does not come to rest: main :00000002 has always more to do
"tasks main" shows where it is, "kill main" ends it
> call main "x"
main :00000002 did not answer: the node does not come to rest: main :00000002 has always more to do
  :00000002 main  has not come to it yet, 1 message in its mailbox
  :00000002 main: task TASK  fork made at main.lua:4, waits for its turn
"tasks main" shows where it is, "kill main" ends it
> clock advance 1s
the node does not come to rest: main :00000002 has always more to do
"tasks main" shows where it is, "kill main" ends it
> kill main
:00000002 main killed
> clock advance 1s
1 s passed; 0 timers fired
`
	got := regexp.MustCompile(`task \d+`).ReplaceAllString(out.String(), "task TASK")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
