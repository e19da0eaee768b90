package command

import (
	"context"
	"strings"
	"testing"

	"lunarium/console"

	"github.com/google/go-cmp/cmp"
)

// What goes on until somebody stops it ends when further input comes; it has done
// its work once.
func TestWatchEndsWithTheInput(t *testing.T) {
	node, svc := startNodeBy(t, false, `local skynet = require "skynet"
skynet.start(function() skynet.timeout(360000, function() end) end)`)
	var out strings.Builder
	came := make(chan struct{})
	close(came)
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), More: func() <-chan struct{} { return came }})
	defer s.Close()
	for _, line := range []string{"watch every 1h eval " + svc.Address().String() + " 1 + 1", "timers watch"} {
		if err := s.Execute(context.Background(), line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	lines := strings.Split(out.String(), "\n")
	want := []string{"2", "ID  DUE IN  EVERY  SERVICE  SET AT"}
	if diff := cmp.Diff(want, lines[:2]); diff != "" || !strings.HasSuffix(lines[2], "main.lua:2") {
		t.Errorf("%s\n%q", diff, lines)
	}
}

// A time that is given holds whatever input waits.
func TestWatchForATime(t *testing.T) {
	node, svc := startNodeBy(t, false, `n = 0`)
	var out strings.Builder
	came := make(chan struct{})
	close(came)
	s := newSession(node, console.Options{Screen: console.NewScreen(&out), More: func() <-chan struct{} { return came }})
	defer s.Close()
	address := svc.Address().String()
	for _, line := range []string{
		"watch every 1ms for 2ms eval " + address + " (function() n = n + 1 return n end)()", "timers watch for 1ms",
	} {
		if err := s.Execute(context.Background(), line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if diff := cmp.Diff("1\n* 2\n* 3\n(none)\n", out.String()); diff != "" {
		t.Error(diff)
	}
}
