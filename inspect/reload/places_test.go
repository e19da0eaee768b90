package reload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A function in a place has one name, the shortest of those that lead there.
func TestReloadNamesAPlaceOnce(t *testing.T) {
	const text = serve + `
		_G.tostring2 = function(v) return "old" .. tostring(v) end
		function _G.string.shout(s) return s:upper() .. "old" end
		local original = print
		print = function(...) original("old", ...) end
		local original2 = _G.tostring
		_G.tostring = function(x) return original2(x) .. "old" end
		local lib = _G.string
		function lib.whisper(s) return s:lower() .. "old" end
		local G = _G
		function G.far() return "old" end
		package.loaded.string.lost = function() return "old" end
		skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(1) end) end)`
	b := newBench(t, map[string]string{"main.lua": text})
	b.Write("main.lua", strings.ReplaceAll(text, `"old"`, `"new"`))
	want := []string{"far", "print", "string.lost", "string.shout", "string.whisper", "tostring", "tostring2"}
	change := b.reload("")
	if diff := cmp.Diff(want, change.ChangedFunctions); diff != "" {
		t.Error(diff)
	}
	b.Write("main.lua", serve+`skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(1) end) end)`)
	change = b.reload("")
	if diff := cmp.Diff(want, change.RemovedFunctions); diff != "" {
		t.Error(diff)
	}
}
