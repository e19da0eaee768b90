package heap_test

import (
	"context"
	"strings"
	"testing"

	"lunarium/inspect/heap"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/plain"
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
