package cli

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The replies of signal and what services log because of it come in the same order
// each time.
func TestSignalsAndLogsComeInOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("busy.lua", []byte(`local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(_, _, what)
		skynet.error("begins", what)
		skynet.fork(skynet.error, "forked", what)
		skynet.timeout(0, function() skynet.error("timed", what) end)
		if what == "endless" then while true do end end
		if what == "caught" then
			local _, why = pcall(function() while true do end end)
			skynet.error("caught", why)
		end
		print("ends", what)
		skynet.retpack(what)
	end)
end)`), 0o600); err != nil {
		t.Fatal(err)
	}
	session := `$ lunarium --clock virtual busy
> launch busy
> send 2 "endless"
> send 3 "caught"
> send 2 "late"
> signal 2
> signal 2 0
> signal 3 0
> signal 3 0
> call 2 "now"
> call 3 "now"
> log 2
> log 3
`
	if err := os.WriteFile("session.txt", []byte(session), 0o600); err != nil {
		t.Fatal(err)
	}
	first := transcriptOf(t, "session.txt")
	for range 49 {
		if diff := cmp.Diff(first, transcriptOf(t, "session.txt")); diff != "" {
			t.Fatal(diff)
		}
	}
	if testing.Verbose() {
		t.Log(first)
	}
}
