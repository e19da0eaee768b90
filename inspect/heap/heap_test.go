package heap_test

import (
	"context"
	"strings"
	"testing"

	"lunarium/inspect/heap"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
)

// everything is a service with what a state may have.
const everything = `local skynet = require "skynet"
local module = require "module"
local text = ("a long text "):rep(100)
local rooms = { lobby = { messages = {} }, [1.5] = { text .. "x" }, [true] = { text .. "y" } }
for i = 1, 200 do rooms.lobby.messages[i] = { id = i, text = "the message number " .. i } end
local weak = setmetatable({}, { __mode = "k" })
local values = setmetatable({}, { __mode = "v" })
weak[rooms] = { ("only the weak table has it "):rep(30) }
weak[{}] = { "gone" }
values[1] = rooms.lobby
local co = coroutine.wrap(function() local inside = ("in a coroutine "):rep(100); coroutine.yield() return inside end)
co()
counters = {}
for i = 1, 20 do local n = { i }; counters[i] = function() return n, i end end
skynet.start(function()
	local state = { numbers = {} }
	for i = 1, 1000 do state.numbers[i] = i end
	skynet.fork(function() local buffer = ("buffer "):rep(1000); skynet.sleep(100000) return buffer end)
	for i = 1, 30 do skynet.timeout(10000 + i, function() return i, text end) end
	skynet.dispatch("lua", function(_, _, x) state.last = x; skynet.retpack(weak, values, co, module, rooms) end)
end)`

const module = `local cache = {}
for i = 1, 100 do cache[i] = { i } end
return { cache = cache, get = function() return cache end, __name = "a name longer than a value" }`

func look(t *testing.T, b *inspecttest.Bench, path string, limits heap.Limits) heap.Report {
	t.Helper()
	parsed, err := plain.ParsePath(path)
	if err != nil {
		t.Fatal(err)
	}
	report, err := heap.Look(context.Background(), b.Service, parsed, limits)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func paths(report heap.Report) (list []string) {
	for _, row := range report.Rows {
		list = append(list, row.Path+" "+row.Kind)
	}
	return list
}

func TestBytesAreThoseOfMem(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": everything, "module.lua": module})
	report := look(t, b, "", heap.Limits{})
	bytes, err := b.Service.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for _, row := range report.Rows {
		sum += row.Bytes
	}
	if report.Bytes != int64(bytes) || sum != report.Bytes || report.Changed {
		t.Errorf("%d bytes, %d in rows, %d by mem; changed: %v", report.Bytes, sum, bytes, report.Changed)
	}
}

func TestPlacesHaveTheirNames(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": everything, "module.lua": module})
	all, rooms := look(t, b, "", heap.Limits{}), look(t, b, "rooms", heap.Limits{})
	got := strings.Join(append(paths(all), paths(rooms)...), "\n")
	for _, want := range []string{
		"rooms.lobby.messages list of {id, text}",
		"module.cache list of tables",
		"state.numbers table",
		"counters list of functions",
		"weak[table",
		": local buffer string",
		"co: held: local inside string",
		"timers set at main.lua:19",
		"text string",
		"rooms[1.5][1] string",
		"rooms[true][1] string",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
}

const growing = `local skynet = require "skynet"
local rooms, idle, list = {}, {}, {}
for i = 1, 300 do list[i] = { ("element %d "):rep(10):format(i, i, i, i, i, i, i, i, i, i) } end
for i = 1, 100 do rooms["room" .. i] = { messages = {} } end
local function grow(n)
	local messages = rooms.room7.messages
	for i = 1, n do messages[#messages + 1] = { id = i, text = "the message number " .. i } end
	for i = 1, n / 100 do idle[#idle + 1] = {} end
	return #messages
end
skynet.start(function() skynet.dispatch("lua", function(_, _, n) skynet.retpack(grow(n), list) end) end)`

// What grows is told by its path, with how much; what stays and what grew little is not.
func TestGrowthIsTold(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": growing})
	b.Call("10")
	mark, err := heap.NewMark(context.Background(), b.Service, false)
	if err != nil {
		t.Fatal(err)
	}
	nothing, err := heap.Compare(context.Background(), b.Service, mark, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(nothing.Grown)+len(nothing.Kinds) > 0 {
		t.Errorf("without anything having happened: %+v", nothing)
	}
	before := look(t, b, "rooms.room7.messages", heap.Limits{})
	b.Call("500")
	growth, err := heap.Compare(context.Background(), b.Service, mark, false)
	if err != nil {
		t.Fatal(err)
	}
	after := look(t, b, "rooms.room7.messages", heap.Limits{})
	if len(growth.Grown) != 1 {
		t.Fatalf("%+v", growth.Grown)
	}
	row := growth.Grown[0]
	if row.Path != "rooms.room7.messages" || row.MoreEntries != 500 || row.Entries != 510 || row.MoreBytes != after.Bytes-before.Bytes || row.New {
		t.Errorf("%+v; it grew from %d to %d", row, before.Bytes, after.Bytes)
	}
	if kind := growth.Kinds[0]; kind.Kind != "{id, text}" || kind.MoreObjects != 500 {
		t.Errorf("%+v", growth.Kinds)
	}
}

// A mark with lines names those that allocated what grew: of what was made since, and until
// the mark's end.
func TestGrowthTellsLines(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": growing})
	b.Call("500")
	mark, err := heap.NewMark(context.Background(), b.Service, true)
	if err != nil {
		t.Fatal(err)
	}
	compare := func() heap.Growth {
		t.Helper()
		growth, err := heap.Compare(context.Background(), b.Service, mark, false)
		if err != nil {
			t.Fatal(err)
		}
		return growth
	}
	b.Call("2000")
	growth := compare()
	row := growth.Grown[0]
	if row.Path != "rooms.room7.messages" || len(row.Lines) == 0 {
		t.Fatalf("%+v", row)
	}
	line := row.Lines[0]
	if line.At != "main.lua:7" || line.Function != "grow" || line.Kind != "{id, text}" {
		t.Errorf("%+v", line)
	}
	if bytes := int64(2000 * 128); line.Bytes < bytes*9/10 || line.Bytes > bytes*11/10 { // what such a table counts for
		t.Errorf("%d bytes are told instead of %d", line.Bytes, bytes)
	}
	mark.End()
	b.Call("20000")
	if after := compare().Grown[0].Lines[0].Bytes; after > row.Lines[0].Bytes {
		t.Errorf("after the end %d bytes are told, and %d before", after, row.Lines[0].Bytes)
	}
}

// What a mark remembers is bounded, and what is gone by then is not told.
func TestLinesOfManyObjects(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local large, small = {}, {}
skynet.start(function() skynet.dispatch("lua", function()
	for i = 1, 20000 do
		large[i] = { i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i }
		if i % 4 == 0 then small[#small + 1] = { i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i } end
		local garbage = { { i }, { i }, { i } }
	end
	skynet.retpack(true)
end) end)`})
	mark, err := heap.NewMark(context.Background(), b.Service, true)
	if err != nil {
		t.Fatal(err)
	}
	defer mark.End()
	b.Call("1")
	growth, err := heap.Compare(context.Background(), b.Service, mark, false)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for _, row := range growth.Grown {
		if len(row.Lines) > 0 {
			lines[row.Path] = row.Lines[0].At
		}
	}
	if lines["large"] != "main.lua:5" || lines["small"] != "main.lua:6" {
		t.Errorf("%v of %+v", lines, growth.Grown)
	}
}

// A reload between mark and comparison is told.
func TestGrowthTellsOfAnotherVersion(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": growing})
	mark, err := heap.NewMark(context.Background(), b.Service, false)
	if err != nil {
		t.Fatal(err)
	}
	err = b.Service.Do(context.Background(), func(own service.Self) {
		own.Reloading().Install(service.Version{Code: own.Code()})
	})
	if err != nil {
		t.Fatal(err)
	}
	growth, err := heap.Compare(context.Background(), b.Service, mark, false)
	if err != nil || !growth.Reloaded {
		t.Errorf("%+v, %v", growth, err)
	}
}
