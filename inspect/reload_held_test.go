package inspect_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a replaced implementation has set going is named, as it goes on with the old state.
func TestReloadTellsWhatAnImplementationHolds(t *testing.T) {
	const held = `local skynet = require "skynet"
return function()
	return {handle_message = function(_, _, command)
		if command == "begin" then skynet.timeout(100, function() end) end
		skynet.retpack("old")
	end}
end`
	b := newBench(t, map[string]string{"main.lua": hot, "impl.lua": held})
	notes := func(want ...string) {
		t.Helper()
		var got []string
		for _, note := range b.reload("").Notes {
			if strings.Contains(note, "still held") {
				got = append(got, note)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	b.write("impl.lua", strings.Replace(held, "old", "new", 1))
	notes()
	b.is(`"begin"`, "new")
	b.write("impl.lua", held)
	notes("still held, with the state of the old implementation: the function at impl.lua:4")
	b.is("", "old")
}
