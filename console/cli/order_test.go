package cli

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const signalSession = `$ lunarium --clock virtual busy
:00000002 busy is up
> launch busy
:00000003 busy
> send 2 "endless"
[:00000002] begins endless
sent to :00000002 busy
> send 3 "caught"
[:00000003] begins caught
sent to :00000003 busy
> send 2 "late"
sent to :00000002 busy
> signal 2
[:00000002] busy.lua:7: interrupted by signal 0
    stack traceback:
    	busy.lua:7: in function <busy.lua:3>
    	[C]: in ?
[:00000002] forked endless
[:00000002] timed endless
[:00000002] begins late
ends	late
[:00000002] forked late
[:00000002] timed late
:00000002 busy was interrupted
> signal 2 0
:00000002 busy runs no Lua now; "tasks :00000002" shows what waits, "killtask" ends it
> signal 3 0
[:00000003] caught busy.lua:9: interrupted by signal 0
ends	caught
[:00000003] forked caught
[:00000003] timed caught
:00000003 busy was interrupted
> signal 3 0
:00000003 busy runs no Lua now; "tasks :00000003" shows what waits, "killtask" ends it
> call 2 "now"
[:00000002] begins now
ends	now
[:00000002] forked now
[:00000002] timed now
"now"
> call 3 "now"
[:00000003] begins now
ends	now
[:00000003] forked now
[:00000003] timed now
"now"
> log 2
00:00:00 [:00000002] begins endless
00:00:00 [:00000002] busy.lua:7: interrupted by signal 0
    stack traceback:
    	busy.lua:7: in function <busy.lua:3>
    	[C]: in ?
00:00:00 [:00000002] forked endless
00:00:00 [:00000002] timed endless
00:00:00 [:00000002] begins late
00:00:00 [:00000002] forked late
00:00:00 [:00000002] timed late
00:00:00 [:00000002] begins now
00:00:00 [:00000002] forked now
00:00:00 [:00000002] timed now
> log 3
00:00:00 [:00000003] begins caught
00:00:00 [:00000003] caught busy.lua:9: interrupted by signal 0
00:00:00 [:00000003] forked caught
00:00:00 [:00000003] timed caught
00:00:00 [:00000003] begins now
00:00:00 [:00000003] forked now
00:00:00 [:00000003] timed now
`

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
	if err := os.WriteFile("session.txt", []byte(signalSession), 0o600); err != nil {
		t.Fatal(err)
	}
	for range atLength(10, 50) {
		if diff := cmp.Diff(signalSession, transcriptOf(t, "session.txt")); diff != "" {
			t.Fatal(diff)
		}
	}
}
