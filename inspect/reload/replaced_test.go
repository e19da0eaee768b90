package reload_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/reload"
	"lunarium/runtime/service"
)

// A service that holds very much and counts an implementation as replaced is told the
// functions that differ, those that only records hold as well, and waits for little.
func TestReplacedLooksAtLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many records")
	}
	const most = 20_000
	const impl = `return function()
		local M, records, other = {}, {}, {}
		local function shout() return "a" end
		for i = 1, 30000 do
			local kind = {}
			function kind.say() return shout() .. i end
			records[i] = setmetatable({name = "n" .. i, talk = function() return kind.say() end}, {__index = kind})
			other["k" .. i] = {}
		end
		function M.handle_message() return records[1].talk(), other end
		return M
	end`
	b := newBench(t, map[string]string{"impl.lua": impl, "main.lua": serve + `
		local handler = loadfile("DIR/impl.lua")()()
		skynet.start(function() skynet.dispatch("lua", function()
			old = handler
			handler = loadfile("DIR/impl.lua")()()
			skynet.retpack(true)
		end) end)`})
	b.Write("impl.lua", strings.ReplaceAll(impl, "shout() .. i", "shout() .. shout()"))
	b.Call(`"renew"`)
	if err := b.Service.Do(context.Background(), func(own service.Self) {
		st := own.State()
		old := st.Globals.GetString("old")
		if looked := reload.Behind(old); looked > most {
			t.Errorf("%d objects were looked at", looked)
		}
		if _, err := reload.Replaced(own, old); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	list, err := reload.Versions(context.Background(), b.Service)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("by the service itself: changed: kind.say", list[len(list)-1].Changes); diff != "" {
		t.Errorf("the version (-want +got):\n%s", diff)
	}
}
