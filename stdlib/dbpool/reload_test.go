package dbpool_test

import (
	"strings"
	"testing"

	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/inspect/reload"
	"lunarium/runtime/service"
)

// TestReloadKeepsPools reloads a file that opens a pool of connections at its top.
func TestReloadKeepsPools(t *testing.T) {
	w := newWorld(t)
	source := `local skynet = require "skynet"
local pool = require "db_pool".new(":memory:")
local handlers = {}
function handlers.put() pool:execute("create table if not exists t (v)") return pool:execute("insert into t values (1)") end
function handlers.count() return pool:query("select count(*) as n from t")[1].n end
skynet.start(function() skynet.dispatch("lua", function(_, _, c, ...) print(handlers[c](...)) end) end)`
	w.Write("main.lua", source)
	s, err := w.Node.Launch(w.Ctx, service.Spec{Name: "main"})
	if err != nil {
		t.Fatal(err)
	}
	w.tell(s, "put")
	w.want("1\t1\n")
	w.Write("main.lua", strings.Replace(source, "[1].n end", "[1].n * 10 end", 1))
	if _, err := reload.Reload(w.Ctx, s, "", false); err != nil {
		t.Fatal(err)
	}
	w.tell(s, "count")
	w.want("10\n")
	state, err := inspect.Dump(w.Ctx, s, plain.Path{plain.NameKey("pool")}, plain.DefaultLimits)
	if err != nil || len(state.Entries) != 1 || state.Entries[0].Value.Text != "db_pool (sqlite :memory:)" {
		t.Errorf("the pool is shown as %+v, %v", state.Entries, err)
	}
}
