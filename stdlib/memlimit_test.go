package stdlib_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// TestMemLimitCounts has services that keep code, or what else is no table and no
// string, without end.
func TestMemLimitCounts(t *testing.T) {
	for name, hog := range map[string]string{
		"code":               `keep[i] = load(text .. i)`,
		"code from a reader": `local s = text .. i keep[i] = load(function() local piece = s s = nil return piece end)`,
		"dumped code":        `keep[i] = load(dumped, "=" .. i)`,
		"a nested function":  `keep[i] = load("return function() " .. text .. i .. "\n end")()`,
		"code of a file":     `local f = io.open(path, "w") f:write(text, i) f:close() keep[i] = loadfile(path)`,
		"time-outs":          `for i = 1, 100 do skynet.timeout(1e6, skynet.exit) end`,
		"environment":        `skynet.setenv("k" .. i, text .. i)`,
		"names":              `for j = 1, 10 do skynet.register(".name" .. i .. "," .. j) end`,
		"files":              `keep[i] = io.open(".")`,
		"files' buffers":     `local f = io.tmpfile() f:setvbuf("full", 2^20) keep[i] = f`,
		"directories":        `keep[i] = select(2, lfs.dir("."))`,
		"rows":               rows,
		"database in memory": `db = db or require "db_pool".new(":memory:") db:execute("CREATE TABLE t" .. i .. " AS SELECT zeroblob(1000000)")`,
		"caches":             `local c = require "cache".connect{name = "c" .. i} c:set("k", text .. i)`,
		"forks":              `for i = 1, 100 do skynet.fork(skynet.exit) end`,
	} {
		t.Run(name, func(t *testing.T) {
			source := `local skynet = require "skynet"
				local path = ...
				local lines, keep = {}, {}
				for i = 1, 100 do lines[i] = "a" .. i .. " = x" .. i .. " f(a)" end
				local text = table.concat(lines, "\n") .. " --"
				local dumped = string.dump(load(text))
				skynet.start(function()
					for i = 1, 4000 do ` + hog + ` end
				end)`
			w := newNode(t, 2<<20)
			_, err := w.Launch(context.Background(), service.Spec{Name: "hog", Source: source, Literal: true, Args: []string{t.TempDir() + "/x.lua"}})
			why := "not enough memory"
			switch name {
			case "database in memory":
				why = "database or disk is full"
			case "caches":
				why = "the service's memory limit leaves 0 for those that it makes"
			}
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("the limit was not noticed: %v", err)
			}
		})
	}
}

// TestLongTextsAreRefusedInTime has functions make a text of far more than the service may
// hold: they are refused before it is made.
func TestLongTextsAreRefusedInTime(t *testing.T) {
	for name, make := range map[string]string{
		"concat":         `table.concat(list, ",")`,
		"concat of two":  `table.concat(marks) .. table.concat(marks)`,
		"rep":            `text:rep(600)`,
		"format":         `string.format(("%s"):rep(600), unpack(list))`,
		"format quoted":  `string.format(("%q"):rep(100), unpack(marks))`,
		"gsub":           `("x"):rep(600):gsub("x", text)`,
		"gsub, function": `("x"):rep(600):gsub("x", function() return text end)`,
		"skynet.pack":    `skynet.pack(list)`,
		"packstring":     `skynet.packstring(list)`,
		"string.pack":    `string.pack(("s"):rep(600), unpack(list))`,
		"json":           `json.encode(list)`,
		"json, marks":    `json.encode(marks)`,
		"json, controls": `json.encode(controls)`,
		"json, bytes":    `json.encode(bytes, {invalid = "replace"})`,
		"json, indent":   `json.encode(nested, {pretty = (" "):rep(16)})`,
		"html":           `http.escape(table.concat(few))`,
	} {
		t.Run(name, func(t *testing.T) {
			source := `local skynet = require "skynet"
				local json, http = require "json", require "http"
				local function times(v, n) local t = {} for i = 1, n do t[i] = v end return t end
				local text = ("x"):rep(100000)
				local list, marks, few = times(text, 600), times(('"'):rep(100000), 200), times(('"'):rep(100000), 9)
				local controls, bytes = times(("\1"):rep(100000), 200), times(("\255"):rep(100000), 200)
				local nested = times({1}, 200) for i = 1, 13 do nested = times(nested, 2) end
				skynet.start(function() local r = ` + make + ` end)`
			w := newNode(t, 2<<20)
			// The text would take 20 MB and more; one that grows leaves shorter ones behind.
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := w.Launch(context.Background(), service.Spec{Name: "hog", Source: source, Literal: true})
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), "not enough memory") {
				t.Errorf("the limit was not noticed: %.300v", err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
				t.Errorf("took %d MB", took>>20)
			}
		})
	}
}

// rows has the rows of a query come in without end.
const rows = `db = db or require "db_pool".new {path = ":memory:", timeout = 10}
	db:query("WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c) SELECT x, hex(zeroblob(500)) AS text FROM c")`

// worldOfMemory is a node with one worker whose services may hold 2 MB.
func worldOfMemory(t *testing.T) *nodetest.World {
	return newWorld(t, service.Config{Virtual: true, MemLimit: 2 << 20})
}

// The messages that wait for a service with a memory limit take no more than that: who
// sends more waits, or gets an error, as it wants. None is lost.
func TestMessagesThatWaitAreBounded(t *testing.T) {
	w := worldOfMemory(t)
	w.Write("takes.lua", `local skynet = require "skynet"
		local n = 0
		skynet.start(function() skynet.dispatch("lua", function(session)
			if session > 0 then skynet.retpack(n) else n = n + 1 end
		end) end)`)
	w.Write("sends.lua", `local skynet = require "skynet"
		skynet.start(function()
			local to = skynet.newservice "takes"
			local text = ("x"):rep(10000)
			for i = 1, 1000 do skynet.send(to, "lua", text, {text}) end
			print("taken", skynet.call(to, "lua"))
			skynet.onfull "error"
			local sent, ok, why = 0, true
			while ok and sent < 1000 do
				ok, why = pcall(skynet.send, to, "lua", text)
				sent = sent + 1
			end
			print(sent > 200 and sent < 220, (why:gsub("^[^ ]*: ", "")))
			skynet.onfull "wait"
			for i = 1, 300 do skynet.send(skynet.self(), "lua", text) end -- to itself
			print("taken", skynet.call(to, "lua") == 1000 + sent - 1)
		end)
		skynet.dispatch("lua", function() end)`)
	if _, err := w.Node.Spawn(service.Spec{Name: "sends"}); err != nil {
		t.Fatal(err)
	}
	w.Settle()
	want := "taken\t1000\ntrue\tthe mailbox of takes :00000003 is full: its messages take more than the service's memory limit, 2097152 bytes\ntaken\ttrue\n"
	if diff := cmp.Diff(want, w.Output()); diff != "" {
		t.Error(diff)
	}
}

// Answers can't wait: those that are too heavy are errors of their callers.
func TestAnswersThatWaitAreBounded(t *testing.T) {
	w := worldOfMemory(t)
	w.Write("gives.lua", `local skynet = require "skynet"
		skynet.start(function() skynet.dispatch("lua", function() skynet.retpack(("x"):rep(500000)) end) end)`)
	w.Write("asks.lua", `local skynet = require "skynet"
		skynet.start(function()
			local from, got, failed = skynet.newservice "gives", 0, {}
			for i = 1, 10 do skynet.fork(function()
				local ok, text = pcall(skynet.call, from, "lua")
				if ok then got = got + 1 else failed[#failed + 1] = text end
			end) end
			skynet.sleep(10)
			print(got, #failed, failed[1])
			print(#skynet.call(from, "lua"))
		end)`)
	if _, err := w.Node.Spawn(service.Spec{Name: "asks"}); err != nil {
		t.Fatal(err)
	}
	w.Settle()
	w.Advance(time.Second)
	if diff := cmp.Diff("4\t6\tnot enough memory\n500000\n", w.Output()); diff != "" {
		t.Error(diff)
	}
}

// Values of a channel that a service does not take are lost beyond its memory limit,
// and its log says so.
func TestPublishedValuesAreBounded(t *testing.T) {
	w := worldOfMemory(t)
	w.Write("hears.lua", `local skynet = require "skynet"
		local n = 0
		skynet.start(function()
			local c = require "cache".connect()
			c:subscribe("c", function() n = n + 1 end)
			for i = 1, 100 do c:publish("c", ("x"):rep(100000)) end -- it has no time to take one meanwhile
			skynet.sleep(10)
			print("taken", n)
			c:publish("c", 1)
			skynet.sleep(10)
			print("taken", n)
		end)`)
	if _, err := w.Node.Spawn(service.Spec{Name: "hears"}); err != nil {
		t.Fatal(err)
	}
	w.Settle()
	w.Advance(time.Second)
	got := w.Output()
	if n := strings.Count(got, "values of the channel c are lost: not enough memory"); n != 1 {
		t.Errorf("the loss was told %d times:\n%s", n, got)
	}
	if !strings.Contains(got, "taken\t20\n") || !strings.Contains(got, "taken\t21\n") {
		t.Error(got)
	}
}

func newNode(t *testing.T, memLimit int) *service.Node {
	n := service.NewNode(service.Config{
		Virtual: true, MemLimit: memLimit, Known: lua.Names(skynet.Templates()),
		Open: everything(t),
	})
	t.Cleanup(func() { n.Stop(0) })
	return n
}
