package heap_test

import (
	"context"
	"testing"

	"lunarium/inspect/heap"
	"lunarium/inspect/inspecttest"
)

// A million records of two tables each.
const records = `local skynet = require "skynet"
local records = {}
for i = 1, 1000000 do records[i] = { id = i, text = "record number " .. i .. " of many", at = { i } } end
skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(#records) end) end)`

// BenchmarkLook1M is to be compared with BenchmarkMemory1M, what mem does.
func BenchmarkLook1M(b *testing.B) {
	w := inspecttest.NewOn(b, false, map[string]string{"main.lua": records})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := heap.Look(context.Background(), w.Service, nil, heap.DefaultLimits); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMemory1M(b *testing.B) {
	w := inspecttest.NewOn(b, false, map[string]string{"main.lua": records})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.Service.Memory(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
