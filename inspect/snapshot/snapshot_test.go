package snapshot_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/render"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/snapshot"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// stateful has everything that a state may consist of.
const stateful = `local skynet = require "skynet"
local conf = require "conf"
Account = {}
Account.__index = Account
function Account:add(n) self.sum = self.sum + n end
local accounts = {}
local byName = {}
local queue = {}
local limit = 10
local flags = {[true] = "yes", [1.5] = 0/0, [-3] = -0.0, text = "\0\255", ["odd key"] = 1e300}
local ring = {name = "ring"}
ring.self = ring
local function counter() local n = 0 return function() n = n + 1 return n end end
local next_id = counter()
on_change = print
function opened(name)
	local a = setmetatable({id = next_id(), sum = 0, name = name}, Account)
	accounts[#accounts + 1] = a
	byName[name] = a
	return a
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, code, ...)
		local f = assert(load(code, "=call", "t", setmetatable({
			accounts = accounts, byName = byName, queue = queue, flags = flags, ring = ring, conf = conf, next_id = next_id,
			limit = function(n) if n then limit = n end return limit end,
			reset = function() accounts, byName = {}, {} end,
		}, {__index = _G})))
		skynet.retpack(f(...))
	end)
end)`

func newBench(t *testing.T) *inspecttest.Bench {
	t.Helper()
	return inspecttest.New(t, map[string]string{
		"main.lua": stateful,
		"conf.lua": `local limit = 5
return {get = function() return limit end, set = function(n) limit = n end, price = 3}`,
	})
}

func take(t *testing.T, b *inspecttest.Bench) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Take(t.Context(), b.Service, "s")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func changes(t *testing.T, before, after *snapshot.Snapshot) (lines []string) {
	t.Helper()
	d, err := snapshot.Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	style := render.Style{}
	for _, c := range d.Changes {
		line := fmt.Sprintf("%s %s: %s -> %s", c.Kind, c.Path, style.Inline(c.Before, 0), style.Inline(c.After, 0))
		if c.More > 0 {
			line += fmt.Sprintf(", %d more", c.More)
		}
		lines = append(lines, line)
	}
	return lines
}

func do(b *inspecttest.Bench, code string) string {
	return b.Call(fmt.Sprintf("%q", code))
}

// restore puts a snapshot back and checks that nothing differs from it.
func restore(t *testing.T, b *inspecttest.Bench, s *snapshot.Snapshot) *snapshot.Restored {
	t.Helper()
	done, err := snapshot.Restore(t.Context(), b.Service, s, "before")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), changes(t, s, take(t, b))); diff != "" {
		t.Error("after the restore:", diff)
	}
	return done
}

func TestWhatChangesIsFound(t *testing.T) {
	b := newBench(t)
	do(b, "opened('ann') for i = 1, 5 do queue[i] = {i} end")
	before := take(t, b)
	do(b, `byName.ann:add(3) opened("bob") table.remove(queue, 1) queue[#queue + 1] = {6}
		limit(11) conf.set(6) conf.price = nil flags[true] = nil flags.text = {} _G.extra = {1, 2} ring.self = nil on_change = nil`)
	want := []string{
		`changed accounts[1].sum: 0 -> 3`,
		`added accounts[2]: nil -> {id = 2, name = "bob", sum = 0}`,
		`added byName.bob: nil -> {id = 2, name = "bob", sum = 0}`,
		`removed conf.price: 3 -> nil`,
		`added extra: nil -> {1, 2}`,
		`changed flags.text: "\000\255" -> {}`,
		`removed flags[true]: "yes" -> nil`,
		`changed limit: 10 -> 11`,
		`changed ["limit (conf.lua)"]: 5 -> 6`,
		`changed n: 1 -> 2`,
		`removed queue[1]: {1} -> nil`,
		`added queue[5]: nil -> {6}`,
		`removed ring.self: {name = "ring", self = {… 2 entries}} -> nil`,
	}
	if diff := cmp.Diff(want, changes(t, before, take(t, b))); diff != "" {
		t.Error(diff)
	}
	restore(t, b, before)
}

func TestManyChangesOfOneTableAreCounted(t *testing.T) {
	b := newBench(t)
	before := take(t, b)
	do(b, "for i = 1, 30 do queue[i] = i end")
	lines := changes(t, before, take(t, b))
	if len(lines) != 7 || lines[6] != "added queue[7]: nil -> 7, 23 more" {
		t.Error(strings.Join(lines, "\n"))
	}
}

// A restore brings tables up to date: whoever holds one has it as it was.
func TestTablesStayTheSame(t *testing.T) {
	b := newBench(t)
	do(b, "opened('ann') opened('bob')")
	before := take(t, b)
	do(b, "_G.held = byName.ann held:add(7) table.remove(accounts, 1) byName.ann = nil opened('carol')")
	restored := restore(t, b, before)
	if len(restored.Left) > 0 {
		t.Error(restored.Left)
	}
	// The table of ann is held by nobody but a global that has come since.
	b.Is(`"return #accounts, byName.ann == accounts[1]"`, "2")
	b.Is(`"return byName.ann == accounts[1] and tostring(byName.ann.sum)"`, "0")
	b.Is(`"return getmetatable(byName.ann) == Account and tostring(held)"`, "nil")
	b.Is(`"return next_id()"`, "3")
}

func TestTablesThatAreGoneAreMadeAnew(t *testing.T) {
	b := newBench(t)
	do(b, "opened('ann'):add(2) queue.n = {accounts[1]}")
	before := take(t, b)
	do(b, "reset() queue.n = nil collectgarbage() opened('dora')")
	restore(t, b, before)
	b.Is(`"byName.ann:add(1) return accounts[1].sum + (queue.n[1] == byName.ann and 10 or 0)"`, "13")
	b.Is(`"return tostring(byName.dora)"`, "nil")
}

// The state before a restore is a snapshot, too.
func TestARestoreIsTakenBack(t *testing.T) {
	b := newBench(t)
	first := take(t, b)
	do(b, "opened('ann') limit(3) _G.extra = {x = ring}")
	second := take(t, b)
	done := restore(t, b, first)
	restore(t, b, done.Before)
	if diff := cmp.Diff([]string(nil), changes(t, second, take(t, b))); diff != "" {
		t.Error(diff)
	}
}

// A file's snapshot goes into another service of the kind.
func TestAFileGoesIntoAnotherService(t *testing.T) {
	b := newBench(t)
	do(b, "opened('ann'):add(5) ring.to = accounts conf.set(8)")
	content, err := take(t, b).File()
	if err != nil {
		t.Fatal(err)
	}
	read, err := snapshot.OfFile(content)
	if err != nil {
		t.Fatal(err)
	}
	other := newBench(t)
	done := restore(t, other, read)
	if len(done.Left) > 0 {
		t.Error(done.Left)
	}
	other.Is(`"byName.ann:add(1) return ring.to[1].sum"`, "6")
	other.Is(`"return conf.get() * 100 + next_id()"`, "802")
}

// A million records of two tables: how long a service is held when it has no rest.
func BenchmarkAMillionRecords(bench *testing.B) {
	b := inspecttest.NewOn(bench, false, map[string]string{"main.lua": stateful, "conf.lua": "return {}"})
	b.Call(fmt.Sprintf("%q", "for i = 1, 1e6 do queue[i] = {id = i, at = {x = i, y = 2 * i}} end"))
	for bench.Loop() {
		s, err := snapshot.TakeNow(bench.Context(), b.Service)
		if err != nil {
			bench.Fatal(err)
		}
		bench.ReportMetric(float64(s.Bytes()), "B")
		bench.ReportMetric(s.Held.Seconds(), "s-held")
	}
}

func FuzzOfFile(f *testing.F) {
	b := inspecttest.New(f, map[string]string{"main.lua": stateful, "conf.lua": "return {1, a = {true}}"})
	s, err := snapshot.Take(f.Context(), b.Service, "s")
	if err != nil {
		f.Fatal(err)
	}
	content, err := s.File()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Fuzz(func(t *testing.T, content []byte) {
		read, err := snapshot.OfFile(content)
		if err != nil {
			return
		}
		if d, err := snapshot.Compare(read, read); err != nil || !d.Equal() {
			t.Errorf("a snapshot differs from itself: %v, %v", d, err)
		}
	})
}

// What is no data is not put back: it is told of.
func TestWhatIsGoneIsTold(t *testing.T) {
	b := newBench(t)
	do(b, "queue.f = function() end queue.t = coroutine.create(print) _G.keep = {}")
	before := take(t, b)
	do(b, "queue.f = nil queue.t = nil _G.keep = nil")
	done, err := snapshot.Restore(t.Context(), b.Service, before, "before")
	if err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Left{{Path: "queue.f", What: "function call:1", Why: "it is gone"}, {Path: "queue.t", What: "coroutine", Why: "it is gone"}}
	if diff := cmp.Diff(want, done.Left); diff != "" {
		t.Error(diff)
	}
	b.Is(`"return type(_G.keep)"`, "table")
}

// A service that has no rest is looked at in one go, and the snapshot is the same.
func TestASnapshotInOneGo(t *testing.T) {
	b := newBench(t)
	do(b, "for i = 1, 3000 do queue[i] = {i} end")
	now, err := snapshot.TakeNow(t.Context(), b.Service)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), changes(t, now, take(t, b))); diff != "" {
		t.Error(diff)
	}
}

func TestTheStoreIsBounded(t *testing.T) {
	b := newBench(t)
	var store snapshot.Store
	put := func(asked string) (string, error) {
		name, err := store.Name(b.Service, asked)
		if err != nil {
			return "", err
		}
		s, err := snapshot.Take(t.Context(), b.Service, name)
		if err != nil {
			t.Fatal(err)
		}
		return name, store.Put(b.Service, s)
	}
	for range snapshot.MostOfService {
		if _, err := put(""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := put(""); !errors.Is(err, snapshot.ErrFull) {
		t.Error(err)
	}
	if _, err := put("s3"); !errors.Is(err, snapshot.ErrTaken) {
		t.Error(err)
	}
	if _, err := put("3"); !errors.Is(err, snapshot.ErrName) {
		t.Error(err)
	}
	for range 10 {
		if _, err := put(snapshot.Before); err != nil {
			t.Fatal(err)
		}
	}
	if list := store.Of(b.Service); len(list) != snapshot.MostOfService+4 || list[len(list)-1].Name != "before-restore-10" {
		t.Error(len(list))
	}
	if !store.Drop(b.Service, "s3") || store.Find(b.Service, "s3") != nil {
		t.Error("s3 is there")
	}
	b.Node.Kill(b.Service.Address())
	<-b.Service.Gone()
	for store.Bytes() > 0 { // its end is noted by a goroutine
		runtime.Gosched()
	}
}

// A task in the middle of its work changes the state without a message: what it changes
// together is together in a snapshot.
func TestATaskInTheMiddleOfItsWork(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local a, b, data = 0, 0, {}
for i = 1, 30000 do data[i] = {i} end
skynet.start(function()
	skynet.dispatch("lua", function() while true do a, b = a + 1, b + 1 end end)
end)`})
	if err := b.Client.Send(b.Service.Address(), message.TypeLua, message.Direct()); err != nil {
		t.Fatal(err)
	}
	if err := b.Node.Settle(service.Limited(t.Context(), time.Millisecond)); err != nil {
		t.Fatal(err) // what has no end is not waited for
	}
	s := take(t, b)
	if s.Tasks != 1 {
		t.Errorf("%d tasks", s.Tasks)
	}
	content, err := s.File()
	if err != nil {
		t.Fatal(err)
	}
	read, err := snapshot.OfFile(content)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	other := inspecttest.New(t, map[string]string{"main.lua": `local a, b, data = 0, 0, {}
require "skynet".start(function() require "skynet".dispatch("lua", function() return a, b, data end) end)`})
	for _, line := range changes(t, take(t, other), read) {
		name, value, _ := strings.Cut(line, ": 0 -> ")
		values[name] = value
	}
	if x, y := values["changed a"], values["changed b"]; x == "" || x != y {
		t.Errorf("a is %s and b is %s", x, y)
	}
}
