package command

import (
	"context"
	"regexp"
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

// On a terminal each round takes the place of the one before, and the last one stays; a
// transcript has what is news.
func TestRoundsInOnePlace(t *testing.T) {
	node, svc := startNodeBy(t, true, `n = 0`)
	var out strings.Builder
	frames := []string{}
	s := newSession(node, console.Options{
		Screen: console.NewScreen(&out), Frame: func(text string) { frames = append(frames, text) },
	})
	defer s.Close()
	lines := []string{
		"watch every 1s for 1s eval " + svc.Address().String() + " (function() n = n + 1 return n end)()",
		"top every 2s for 4s", "json on", "top every 1s for 1s",
	}
	for _, line := range lines {
		if err := s.Execute(context.Background(), line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	const table = "1 service · 0 messages/s · 0 in mailboxes · 0 tasks\n" +
		"ADDRESS    STATE  CPU  MSG/S  MAILBOX  WAIT  TASKS  MEMORY  RECENT  SERVICE\n" +
		":00000002  idle     -      0        0     -      0   SIZE  BAR  main"
	for i, frame := range frames {
		frame = regexp.MustCompile(`\d+\.\d KB`).ReplaceAllString(frame, " SIZE")
		frames[i] = regexp.MustCompile(`▁+ +main`).ReplaceAllString(frame, "BAR  main")
	}
	title := "eval " + svc.Address().String() + " (function() n = n + 1 return n end)(), every 1 s; Ctrl-C ends\n"
	topTitle := "top by messages, every 2 s; Ctrl-C ends\n"
	want := []string{title + "  1", title + "* 2", "", topTitle + "looking …", topTitle + table, topTitle + table, ""}
	if diff := cmp.Diff(want, frames); diff != "" {
		t.Error(diff)
	}
	if got := out.String(); !strings.HasPrefix(got, "{\"json\":true}\n[{\"address\":\":00000002\"") || strings.Count(got, "\n") != 2 {
		t.Errorf("with JSON on: %s", got)
	}
}
