package inspect_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
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
	b := inspecttest.New(t, map[string]string{"main.lua": large})
	limits := plain.Limits{Depth: 2, Width: 10, Text: 100}
	state, err := inspect.Dump(context.Background(), b.Service, nil, limits)
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
	b.Is("", "1")
}

func BenchmarkDump100k(b *testing.B) {
	w := inspecttest.New(b, map[string]string{"main.lua": large})
	for b.Loop() {
		if _, err := inspect.Dump(context.Background(), w.Service, nil, plain.DefaultLimits); err != nil {
			b.Fatal(err)
		}
	}
}

// What is a library, and left out, is told by how the table was made: data beside Go
// functions is the service's own.
func TestDumpTellsLibrariesFromData(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local queue = require "skynet.queue"
local lfs, os, utf8, table, coroutine = require "lfs", os, utf8, table, coroutine
local printer = { f = print, name = "printer" }
local formats = { number = tonumber, text = tostring }
local holder = { connection = { write = io.write, peers = { "a", "b" } } }
local mine = { lfs.dir, seen = {} }
string.note = "of the service"
skynet.start(function()
	skynet.dispatch("lua", function() return skynet, queue, lfs, os, utf8, table, coroutine, printer, formats, holder, mine, string end)
end)`})
	state, err := inspect.Dump(context.Background(), b.Service, nil, plain.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range state.Entries {
		names = append(names, e.Key.Text)
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"holder", "mine", "printer"}, names); diff != "" {
		t.Error(diff)
	}
}

// A service's state is found whoever holds it: each of these is all that leads to a variable.
func TestDumpKnowsEveryHolder(t *testing.T) {
	for holder, holds := range map[string]string{
		"a handler of lua messages":  `skynet.dispatch("lua", function() return state end)`,
		"unknown requests":           `skynet.dispatch_unknown_request(function() return state end)`,
		"unknown responses":          `skynet.dispatch_unknown_response(function() return state end)`,
		"the info function":          `skynet.info_func(function() return state end)`,
		"a protocol's unpack":        `skynet.register_protocol { name = "text", id = skynet.PTYPE_TEXT, unpack = function() return state end }`,
		"a protocol's pack":          `skynet.register_protocol { name = "text", id = skynet.PTYPE_TEXT, pack = function() return state end }`,
		"a protocol's table":         `skynet.register_protocol { name = "text", id = skynet.PTYPE_TEXT, mine = function() return state end }`,
		"a time-out":                 `skynet.timeout(1000, function() return state end)`,
		"a time-out with a handle":   `handle = skynet.timeout(1000, function() return state end)`,
		"a task that waits":          `skynet.fork(function() skynet.wait("never"); return state end)`,
		"a token that a task awaits": `skynet.fork(function() skynet.wait(setmetatable({}, { __index = function() return state end })) end)`,
	} {
		t.Run(holder, func(t *testing.T) {
			b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local state = { kept = 1 }
` + holds + `
skynet.start(function() end)
`})
			dump, err := inspect.Dump(context.Background(), b.Service, nil, plain.DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(dump.Entries, func(e plain.Entry) bool { return e.Key.Text == "state" })
			if !found {
				t.Errorf("%+v", dump.Entries)
			}
		})
	}
}

// What a name leads to as data is measured, each within a share of what may be looked at.
func TestSizesOfNames(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local text = ("x"):rep(100000)
local twice = { text, { text, deep = { deeper = ("y"):rep(5000) } } }
local empty, number = {}, 7
local held = setmetatable({ function() return text end }, { __index = { text } })
local around = {}; around[1] = around
local many = {}
for i = 1, 20000 do many[i] = { i } end
skynet.start(function()
	skynet.dispatch("lua", function() return text, twice, empty, number, held, around, many end)
end)`})
	names := []string{"text", "twice", "empty", "number", "held", "around", "many", "gone"}
	var places []plain.Path
	for _, name := range names {
		places = append(places, plain.Path{plain.NameKey(name)})
	}
	got, err := inspect.Sizes(context.Background(), b.Service, places, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	for name, within := range map[string][2]int{
		"text": {100_000, 100_000}, "twice": {105_000, 106_000}, "empty": {50, 150}, "around": {50, 200}, "held": {50, 300}, "number": {0, 0}, "gone": {0, 0},
		"many": {200_000, 20_000 * 200},
	} {
		if size := got[slices.Index(names, name)]; size.Bytes < within[0] || size.Bytes > within[1] || size.Least != (name == "many") {
			t.Errorf("%s: %+v, want %v", name, size, within)
		}
	}
}
