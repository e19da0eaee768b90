package inspect_test

import (
	"context"
	"testing"

	"lunarium/inspect"
	"lunarium/inspect/plain"
)

const large = `local skynet = require "skynet"
local entries = {}
for i = 1, 100000 do entries["key" .. i] = { id = i, name = "n" .. i } end
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(entries.key1.id) end)
end)`

// A dump of a large state is cut, tells how much there is, and changes nothing.
func TestDumpOfLargeState(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": large})
	limits := plain.Limits{Depth: 2, Width: 10, Text: 100}
	state, err := inspect.Dump(context.Background(), b.svc, nil, limits)
	if err != nil {
		t.Fatal(err)
	}
	if len(state.Entries) != 1 || state.Entries[0].Key.Text != "entries" {
		t.Fatalf("%+v", state.Entries)
	}
	entries := state.Entries[0].Value
	if entries.Total != 100000 || len(entries.Entries) != 10 {
		t.Errorf("%d of %d entries", len(entries.Entries), entries.Total)
	}
	b.is("", "1")
}

func BenchmarkDump100k(b *testing.B) {
	w := newBench(b, map[string]string{"main.lua": large})
	for b.Loop() {
		if _, err := inspect.Dump(context.Background(), w.svc, nil, plain.DefaultLimits); err != nil {
			b.Fatal(err)
		}
	}
}
