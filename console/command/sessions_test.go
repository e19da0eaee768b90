package command

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
)

// Sessions see each other, what they do and hold, and end each other: the line that runs
// is cancelled.
func TestSessions(t *testing.T) {
	node, svc := startNodeBy(t, true, `local skynet = require "skynet"
skynet.dispatch("lua", function() skynet.wait() end)`)
	var all console.Sessions
	var out, other strings.Builder
	operator := newSession(node, console.Options{Screen: console.NewScreen(&out), Sessions: &all})
	defer operator.Close()
	ended := make(chan struct{})
	guest := newSession(node, console.Options{
		Screen: console.NewScreen(&other), Sessions: &all, Kind: "telnet", From: "127.0.0.1:5", End: func(string) { close(ended) },
	})
	defer guest.Close()
	guest.MayWait(true)
	do := func(s *console.Session, line string) {
		t.Helper()
		s.Execute(context.Background(), line)
	}
	do(guest, "debug "+svc.Address().String())
	do(operator, "sessions")
	do(guest, "quit")
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(guest, "call "+svc.Address().String())
	}()
	guest.Rest(t.Context(), done)
	do(operator, "sessions")
	for _, line := range []string{"sessions end 2", "sessions end 1", "sessions end 7", "sessions end", "sessions begin"} {
		do(operator, line)
	}
	<-ended
	<-done
	guest.Close()
	do(operator, "sessions")
	want := `ID  KIND    FROM         USER  ROLE   SINCE  STATE     LINE             HOLDS
 1  shell   -            -     admin    0 s  this one  sessions
 2  telnet  127.0.0.1:5  -     admin    0 s  idle 0 s  debug :00000002  debugs :00000002 main
ID  KIND    FROM         USER  ROLE   SINCE  STATE     LINE            HOLDS
 1  shell   -            -     admin    0 s  this one  sessions
 2  telnet  127.0.0.1:5  -     admin    0 s  runs 0 s  call :00000002
session 2 was ended
this is the session itself; quit ends it
no session 7; there are 1, 2, "sessions" tells more
usage: sessions [end ID]; "help sessions" tells more
usage: sessions [end ID]; "help sessions" tells more
ID  KIND   FROM  USER  ROLE   SINCE  STATE     LINE      HOLDS
 1  shell  -     -     admin    0 s  this one  sessions
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
