package cli

import (
	"os"
	"strings"
	"testing"
)

// A damaged transcript that lets time pass without an end is replayed to its end: what
// passes is bounded by counts.
func TestPassingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("runs to its bounds")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("sleeper.lua", []byte(`local skynet = require "skynet"
skynet.start(function()
	skynet.fork(function() while true do skynet.sleep(1) end end)
	skynet.dispatch("lua", function() skynet.wait() end)
end)`), 0o600); err != nil {
		t.Fatal(err)
	}
	head := "$ lunarium --clock virtual sleeper\n"
	for _, c := range []struct{ steps, want string }{
		{"> call sleeper 1\n+ 99999h\n", "99999h0m0s did not pass: too much falls due on the way"},
		{"> watch every 10ms for 99999h clock\n", "watched for ten thousand rounds"},
		{"> watch every 10ms for 99999h watch every 10ms for 99999h list\n", "watched for ten thousand rounds"},
	} {
		if err := os.WriteFile("session.txt", []byte(head+c.steps), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := transcriptOf(t, "session.txt"); !strings.Contains(got, c.want) {
			t.Errorf("%s gives %.500s", c.steps, got)
		}
	}
}
