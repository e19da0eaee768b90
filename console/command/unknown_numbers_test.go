package command

import (
	"bytes"
	"strings"
	"testing"

	"lunarium/console"
)

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
