package inspect_test

import (
	"context"
	"testing"

	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/plain"
)

// A patch script of skynet reaches the tables of handlers by _P, and functions by the
// debug library.
func TestInjectedCodeFindsTheTablesOfHandlers(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": "local skynet = require 'skynet'\n" + `local CMD, State = {}, { n = 1 }
		function CMD.get() return State.n end
		local function run(c, ...) State.last = c return CMD[c](...) end
		skynet.start(function() skynet.dispatch("lua", function(_, _, c, ...) skynet.retpack(run(c, ...)) end) end)`})
	inject := func(text string) string {
		t.Helper()
		results, err := inspect.Eval(context.Background(), b.Client, b.Service, inspect.Code{Text: text, Chunk: "@patch.lua", Patch: true}, plain.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if len(results.Values) == 0 {
			return ""
		}
		return results.Values[0].Text
	}
	inject(`local State = _P.lua.State _P.lua.CMD.get = function() local _ = _ENV return "patched " .. State.n end`)
	b.Is(`"get"`, "patched 1")
	inject(`local name, value = debug.getupvalue(_P.lua.CMD.get, 1) assert(name == "_ENV" and value) _U.State.n = 2`)
	b.Is(`"get"`, "patched 2")
	if got := inject(`return _U.proto.lua.name`); got != "lua" {
		t.Errorf("the protocol is called %q", got)
	}
	inject(`local before = _U.proto.lua.dispatch _U.proto.lua.dispatch = function(...) _P.lua.State.n = 3 return before(...) end`)
	b.Is(`"get"`, "patched 3")
	if _, err := inspect.Eval(context.Background(), b.Client, b.Service, inspect.Code{Text: `return _P.lua`, Chunk: "=eval"}, plain.DefaultLimits); err == nil {
		t.Error("code that is only evaluated has _P")
	}
}
