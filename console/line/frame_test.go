package line

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFrameStaysInItsPlace(t *testing.T) {
	r := newRig(t, 20, Options{Rows: func() int { return 6 }})
	show := r.Frame()
	say := func(text string) { fmt.Fprint(r.Writer(), text) }
	screens := func(want string) {
		t.Helper()
		if diff := cmp.Diff(want, strings.TrimRight(r.tty.text(), "\n")); diff != "" {
			t.Error(diff)
		}
	}
	say("before\n")
	show("one\ntwo")
	screens("before\none\ntwo\n|")
	show("one\n\x1b[31mthree\x1b[0m\nfour")
	screens("before\none\nthree\nfour\n|")
	say("a log line\n")
	say("half a line")
	screens("before\na log line\nhalf a line\none\nthree\nfour\n|")
	show("short")
	screens("before\na log line\nhalf a line\nshort\n|")
	show("")
	say("after\n")
	screens("before\na log line\nhalf a line\nshort\nafter\n|")
}

func TestFrameFitsTheTerminal(t *testing.T) {
	tests := []struct {
		name, text    string
		columns, rows int
		want          []string
	}{
		{"fits", "a\nb\n", 10, 3, []string{"a", "b"}},
		{"too many rows", "a\nb\nc\nd", 20, 4, []string{"a", "b", "… 2 more lines"}},
		{"too wide", "0123456789", 10, 4, []string{"01234567…"}},
		{"as wide as there is room", "012345678", 10, 4, []string{"012345678"}},
		{"wide characters", "服务服务服务", 10, 4, []string{"服务服务…"}},
		{"colours take no column", "\x1b[31m0123456\x1b[0m", 8, 4, []string{"\x1b[31m0123456\x1b[0m"}},
		{"colours end", "\x1b[31m0123456789\x1b[0m", 8, 4, []string{"\x1b[31m012345…\x1b[0m"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, fit(tt.text, tt.columns, tt.rows)); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
	}
}

// A terminal that was made narrower has broken the frame's lines: all of them go.
func TestFrameOfATerminalThatBecameNarrower(t *testing.T) {
	f := frame{}
	f.show("0123456789\nab", 40, 10)
	if diff := cmp.Diff("\x1b[4A\r\x1b[J", string(f.erase(4))); diff != "" {
		t.Error(diff)
	}
}

func TestNoFrameBesideAPrompt(t *testing.T) {
	r := newRig(t, 20, Options{})
	line := r.readLine("> ")
	r.tty.await(t, func(s string) bool { return s == "> |\n" })
	r.Frame()("never seen")
	r.keys(t, "x\r")
	<-line
	if text := r.tty.text(); strings.Contains(text, "never") {
		t.Error(text)
	}
}
