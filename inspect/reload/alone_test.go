package reload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file that is named is the only one that is taken over, beside what is loaded in other
// ways, too.
func TestReloadOfOneFileLeavesTheOthers(t *testing.T) {
	files := map[string]string{
		"conf.lua": `return { v = "old" }`,
		"part.lua": `function part() return "old" end`,
		"main.lua": serve + `dofile((package.path:match "[^;]*":gsub("%?", "part")))
			local conf = require "conf"
			local function own() return "old" end
			skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(table.concat({ conf.v, part(), own() }, " ")) end) end)`,
	}
	for file, want := range map[string]string{
		"":         "new new new",
		"conf.lua": "new old old",
		"part.lua": "old new old",
		"main.lua": "old old new",
	} {
		b := newBench(t, files)
		for name, text := range files {
			b.Write(name, strings.ReplaceAll(text, "old", "new"))
		}
		b.reload(file)
		if diff := cmp.Diff(want, b.Call("")); diff != "" {
			t.Errorf("%q: %s", file, diff)
		}
	}
}
