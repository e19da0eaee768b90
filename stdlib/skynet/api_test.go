package skynet_test

import (
	"context"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// world is a node with the virtual clock.
type world struct {
	*nodetest.World
	options skynet.Options
}

// newWorld makes a node whose services are the given files.
func newWorld(t *testing.T, files map[string]string) *world {
	t.Helper()
	w := &world{}
	w.World = nodetest.New(t, service.Config{
		Virtual: true, Epoch: time.Unix(1_700_000_000, 0).UTC(), Env: map[string]string{"color": "red"},
		Open: nodetest.Open(&w.options, nil),
	})
	for name, source := range files {
		w.Write(name+".lua", source)
	}
	return w
}

// launch starts a service, lets the clock run for a virtual hour, and gives
// what was written.
func (w *world) launch(name string, args ...string) string {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if _, err := w.Node.Spawn(service.Spec{Name: name, Args: args}); err != nil {
		w.Fatal(err)
	}
	if err := w.Node.Settle(ctx); err != nil {
		w.Fatal(err)
	}
	if _, err := w.Node.Clock().Advance(ctx, time.Hour); err != nil {
		w.Fatal(err)
	}
	return w.Output()
}

// echo answers what it is sent, and more.
const echo = `
local skynet = require "skynet"
local c = {}
function c.echo(...) skynet.retpack(...) end
function c.packed(...) skynet.ret(skynet.pack(...)) end
function c.fail(text) error(text) end
function c.fail_table() error({ code = 7 }) end
function c.silent() end
function c.twice() skynet.retpack(1); print("second ret:", pcall(skynet.retpack, 2)) end
function c.late(ti) local r = skynet.response(); skynet.timeout(ti, function() print("late:", r(true, "late")); print(pcall(r, true)) end) end
function c.refuse() skynet.response()(false) end
function c.sleep(ti) skynet.sleep(ti); skynet.retpack(ti) end
function c.exit() skynet.exit() end
function c.ignored() skynet.ignoreret() end
function c.context() skynet.retpack(skynet.context()) end
function c.note(...) print("note", ...); print("ret of a send:", skynet.retpack(1)) end
function c.after_ret() skynet.retpack("fine"); error "too late" end
function c.self() skynet.retpack(skynet.self()) end
function c.env(k) skynet.retpack(skynet.getenv(k)) end
skynet.start(function()
	skynet.dispatch("lua", function(session, source, cmd, ...) c[cmd](...) end)
end)
`

// in wraps code in a start function.
func in(code string) string {
	return "local skynet = require 'skynet'\nskynet.start(function() local echo = skynet.newservice 'echo'\n" + code + "\nend)"
}

// stack matches the tracebacks in logs, which are others' to test.
var stack = regexp.MustCompile(`(?m)^ *(stack traceback:|\t.*)\n`)

// scenario is one quirk: the main service's start function and what comes out.
type scenario struct {
	name, code, want string
}

func (s scenario) run(t *testing.T, files map[string]string) {
	t.Helper()
	all := map[string]string{"echo": echo, "main": in(s.code)}
	for name, source := range files {
		all[name] = source
	}
	got := stack.ReplaceAllString(newWorld(t, all).launch("main"), "")
	if diff := cmp.Diff(strings.TrimSpace(s.want), strings.TrimSpace(got)); diff != "" {
		t.Error(diff)
	}
}

func runAll(t *testing.T, scenarios []scenario, files map[string]string) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { s.run(t, files) })
	}
}

func TestSkynetMessages(t *testing.T) {
	runAll(t, []scenario{
		{"call gives all results", `print(skynet.call(echo, "lua", "echo", 1, nil, "x", true, nil))`, "1	nil	x	true	nil"},
		{"packed answer", `print(skynet.call(echo, "lua", "packed", 1.5, "x"))`, "1.5	x"},
		{"tables are copies", `
			local t = { a = { 1, 2, 3 } }
			local u = skynet.call(echo, "lua", "echo", t)
			print(u ~= t, u.a[3], #u.a)`, "true	3	3"},
		{"send gives 0", `print(skynet.send(echo, "lua", "note", "hi"))`, "0\nnote	hi\nret of a send:	false"},
		{"second ret raises", `print(skynet.call(echo, "lua", "twice"))`,
			"second ret:	false	No session\n1"},
		{"error with its text", `print(pcall(skynet.call, echo, "lua", "fail", "oh no"))`, "false	echo.lua:6: oh no"},
		{"unknown address", `print(pcall(skynet.call, 4095, "lua", "x")); print(skynet.send(4095, "lua", "x"))`,
			"false	call to invalid address :00000fff: there is no service :00000fff\nnil"},
		{"unknown name", `print(pcall(skynet.call, ".nobody", "lua", "x")); print(skynet.send("nobody", "lua", "x"))`,
			"false	call to invalid address .nobody: no service is named .nobody\nnil"},
		{"function as argument", `print(pcall(skynet.call, echo, "lua", "x", { pos = { callback = print } }))`,
			"false	can't send a function (at [2].pos.callback)"},
		{"table as key", `local k, v = next((skynet.call(echo, "lua", "echo", { [{ 5 }] = 6 }))); print(k[1], v)`, "5	6"},
		{"pairs metamethod", `print(skynet.call(echo, "lua", "echo", setmetatable({}, { __pairs = function() return next, { a = 1 } end })).a)`, "1"},
		{"response later, once", `print(skynet.call(echo, "lua", "late", 10))`,
			"late:	true\nfalse	Can't response more than once\nlate"},
		{"refused response", `print(pcall(skynet.call, echo, "lua", "refuse"))`, "false	the request was refused"},
		{"answer after ret stays", `print(skynet.call(echo, "lua", "after_ret"))`,
			"[:00000003] echo.lua:17: too late\nfine"},
		{"exit answers callers", `
			skynet.fork(function() print(pcall(skynet.call, echo, "lua", "sleep", 100)) end)
			skynet.sleep(1)
			print(pcall(skynet.call, echo, "lua", "exit"))`,
			"false\techo :00000003 exited before it answered\nfalse\techo :00000003 exited before it answered"},
		{"kill answers callers", `
			skynet.timeout(5, function() skynet.kill(echo) end)
			print(pcall(skynet.call, echo, "lua", "sleep", 100))`,
			"false	echo :00000003 was killed before it answered"},
		{"unanswered", `print(pcall(skynet.call, echo, "lua", "silent"))`,
			"[:00000003] the handler at echo.lua:21 ended without an answer to \"silent\" from main\nfalse\techo :00000003 did not answer \"silent\" (handler at echo.lua:21)"},
		{"pack and unpack", `
			local s = skynet.pack(1, nil, "x", { 2 })
			print(type(s), select("#", skynet.unpack(s)), (select(3, skynet.unpack(s, #s))), (select(4, skynet.unpack(s)))[1])
			print(skynet.tostring("abcdef", 3), skynet.trash(s, 1), select("#", skynet.unpack()))
			print(pcall(skynet.unpack, "\7"))`,
			"string\t4\tx\t2\nabc\tnil\t0\nfalse\tinvalid packed message at byte 0: unknown kind 7"},
		{"rawcall", `
			local msg, sz = skynet.rawcall(echo, "lua", skynet.pack("echo", 1, 2))
			print(sz, skynet.unpack(msg, sz))
			msg, sz = skynet.rawcall(echo, "lua", skynet.pack("packed", 1, 2))
			print(sz, skynet.unpack(msg, sz))
			skynet.rawsend(echo, "lua", skynet.pack("note", "raw"))`, "4	1	2\n4	1	2\nnote	raw\nret of a send:	false"},
		{"context", `print(skynet.context()); print(skynet.call(echo, "lua", "context"))`,
			"nil\tnil\n2\t2"},
		{"redirect", `skynet.redirect(echo, 4095, "lua", 0, skynet.pack("note", "from another"))`, "note	from another\nret of a send:	false"},
		{"select", `
			local r = skynet.request { echo, "lua", "sleep", 30 }
			r:add { echo, "lua", "sleep", 10 }:add { 4095, "lua", "x" }
			for req, resp, err in r:select() do print(req[4], resp and resp[1], err) end`,
			"nil\tfalse\tcall to invalid address :00000fff: there is no service :00000fff\n10\t10\tnil\n30\t30\tnil"},
		{"select with a limit", `
			local r = skynet.request { echo, "lua", "sleep", 30 } { echo, "lua", "sleep", 10 }
			for req, resp in r:select(20) do print(req[4], resp[1]) end
			print(r.timeout, skynet.now())`, "10	10\ntrue	21"},
		{"own protocol", `
			skynet.register_protocol { name = "text", id = skynet.PTYPE_TEXT, pack = function(s) return s:upper() end, unpack = skynet.tostring }
			print(pcall(skynet.call, echo, "text", "hi"))
			print(pcall(skynet.register_protocol, { name = "text", id = 200 }))
			skynet.dispatch("text", function(session, source, text) print("got", text); if session > 0 then skynet.ret(text .. "!") end end)
			skynet.send(skynet.self(), "text", "hello")
			print(skynet.call(skynet.self(), "text", "hello"))`,
			"false\techo :00000003 has no handler for text messages\nfalse\ttext, 200: protocol is registered already\ngot\tHELLO\ngot\tHELLO\nHELLO!"},
		{"system protocol", `
			skynet.dispatch("system", function(_, _, cmd) print("system", cmd) end)
			skynet.send(skynet.self(), "system", "shutdown")`, "system	shutdown"},
		{"dispatch gives the previous", `
			local f = function() end
			print(skynet.dispatch("lua", f), skynet.dispatch("lua") == f, skynet.dispatch("nothing"))
			print(pcall(skynet.dispatch, "nothing", f))`,
			"nil\ttrue\tnil\nfalse\tbad argument #1 to 'skynet.dispatch' (unknown protocol 'nothing')"},
		{"unknown debug command", `print(pcall(skynet.call, echo, "debug", "NO")); print(skynet.call(echo, "debug", "PING"))`,
			"false\tno debug command is called NO"},
		{"launcher", `for a, line in pairs(skynet.call(".launcher", "lua", "LIST")) do if a == skynet.address(echo) then print(a, line) end end`, ":00000003	snlua echo"},
	}, nil)
}

func TestSkynetTasks(t *testing.T) {
	runAll(t, []scenario{
		{"forks in order, before timeout 0", `
			skynet.timeout(0, function() print "timeout" end)
			skynet.fork(function(a, b) print("first", a, b); skynet.fork(print, "nested") end, 1, nil)
			skynet.fork(print, "second")
			print "start"`, "start\nfirst	1	nil\nsecond\nnested\ntimeout"},
		{"sleep and wakeup", `
			local me = coroutine.running()
			print(skynet.sleep(10), skynet.now())
			skynet.fork(function() print(skynet.wakeup(me), skynet.wakeup(me)) end)
			print(skynet.sleep(1000), skynet.now())
			skynet.timeout(5, function() skynet.wakeup "key" end)
			print(skynet.wait "key", skynet.now())`, "nil	11\ntrue	nil\nBREAK	11\nBREAK	16"},
		{"cancel", `
			local t = skynet.timeout(10, function() print "never" end)
			print(type(t)); skynet.kill(t); skynet.kill(t); skynet.kill(nil)
			print(skynet.cancel(skynet.timeout(1, print)), skynet.cancel(nil))
			local f = skynet.fork(print, "never"); print(skynet.cancel(f))
			local s = skynet.fork(function() skynet.sleep(100); print "never" end)
			skynet.sleep(1); print(skynet.killthread(s) == s, skynet.killthread(s), skynet.killthread "nope")`,
			"thread\ntrue\tfalse\ntrue\ntrue\tnil\tnil"},
		{"fractions", `print(pcall(skynet.timeout, 1.5, print)); print(pcall(skynet.sleep, 0.5))`,
			"false\tbad argument #1 to 'skynet.timeout' (number has no integer representation)\nfalse\tbad argument #1 to 'skynet.sleep' (number has no integer representation)"},
		{"negative and huge times", `
			skynet.timeout(-5, function() print("at once", skynet.now()) end)
			skynet.timeout(2^40, print)
			skynet.sleep(1)`, "at once	1"},
		{"time", `print(skynet.now(), skynet.starttime(), skynet.time()); skynet.sleep(150); print(skynet.now(), skynet.time())`,
			"1\t1700000000\t1700000000\n151\t1700000001.5"},
		{"suspends in pcall and coroutines", `
			print(pcall(function() skynet.sleep(5); error "x" end))
			local co = coroutine.wrap(function() skynet.sleep(5); coroutine.yield(skynet.now()); return "end" end)
			print(co(), co())`,
			"false\tmain.lua:4: x\n11\tend"},
		{"queue", `
			local q = skynet.queue()
			local function work(n) print("begin", n); skynet.sleep(10); q(print, "inside", n); print("end", n) end
			for i = 1, 3 do skynet.fork(q, work, i) end
			skynet.sleep(1)
			print(pcall(q, error, "raised"))
			print(q(function(...) return ... end, 1, nil, 3))`,
			"begin\t1\ninside\t1\nend\t1\nbegin\t2\ninside\t2\nend\t2\nbegin\t3\ninside\t3\nend\t3\nfalse\traised\n1\tnil\t3"},
		{"a queue whose task is killed inside", `
			local q = skynet.queue()
			local function work(n) print("begin", n); q(skynet.sleep, 100); print("end", n) end
			local tasks = {}
			for i = 1, 4 do tasks[i] = skynet.fork(q, work, i) end
			skynet.sleep(1)
			skynet.killthread(tasks[1])                              -- 2 is next
			skynet.sleep(1)
			skynet.killthread(tasks[3]); skynet.killthread(tasks[2]) -- 4 is, as 3 waits no more
			skynet.sleep(1)
			skynet.killthread(tasks[4])                              -- nobody waits
			print(q(function(...) return ... end, "in"))
			tasks[1] = skynet.fork(q, work, 1); tasks[2] = skynet.fork(q, work, 2); tasks[3] = skynet.fork(q, work, 3)
			skynet.sleep(1)
			skynet.killthread(tasks[1]); skynet.killthread(tasks[2]) -- before it knows that it is next
			skynet.sleep(200)`,
			"begin\t1\nbegin\t2\nbegin\t4\nin\nbegin\t1\nbegin\t3\nend\t3"},
		{"queues whose tasks are killed by chance", `
			math.randomseed(1)
			local stuck, together = 0, 0
			for round = 1, 300 do
				local q, tasks, done, inside = skynet.queue(), {}, {}, nil
				for i = 1, 6 do
					tasks[i] = skynet.fork(function()
						q(function()
							if inside and coroutine.status(inside) ~= "dead" then together = together + 1 end
							inside = tasks[i]
							skynet.sleep(math.random(0, 2))
							if math.random(3) == 1 then q(skynet.sleep, 1) end
							inside = nil
						end)
						done[i] = true
					end)
				end
				for _ = 1, math.random(8) do
					if math.random(2) == 1 then skynet.sleep(math.random(0, 2)) end
					local i = math.random(6)
					if skynet.killthread(tasks[i]) then done[i] = true end
				end
				skynet.sleep(60)
				for i = 1, 6 do if not done[i] then stuck = stuck + 1 end end
			end
			print(stuck, together)`, "0\t0"},
		{"skynet.coroutine", `
			local co = require "skynet.coroutine"
			print(co.wrap(function(a) return co.yield(a + 1) end)(1))
			print(co.thread() == coroutine.running(), select(2, co.thread(co.create(print))))`, "2\ntrue	false"},
		{"a task is a coroutine", `
			local task, main = coroutine.running()
			print(type(task), main, coroutine.isyieldable())
			skynet.fork(function() print("fork", select(2, coroutine.running())) end)
			skynet.timeout(1, function() print("timeout", select(2, coroutine.running())) end)
			skynet.sleep(2)
			print("inside", coroutine.wrap(function() return select(2, coroutine.running()) end)())`,
			"thread\tfalse\ttrue\nfork\tfalse\ntimeout\tfalse\ninside\tfalse"},
		{"task", `
			skynet.fork(function() skynet.sleep(100) end); skynet.sleep(1)
			print(skynet.task())
			local t = {}; skynet.task(t); local n = 0
			for k, v in pairs(t) do n = n + 1; print((k:gsub("0x%x+", "ADDR"))) end
			print(skynet.task(12345)); for k in pairs(skynet.uniqtask()) do print((k:gsub("\n", ""))) end`,
			"1\nthread: ADDR session: 3\nNo session\n1\tsessions:[3]"},
	}, nil)
}

func TestSkynetServices(t *testing.T) {
	files := map[string]string{
		"front": `
local skynet = require "skynet"
local to = tonumber((...))
skynet.register_protocol { name = "system", id = skynet.PTYPE_SYSTEM, unpack = function(...) return ... end }
skynet.forward_type({ [skynet.PTYPE_LUA] = skynet.PTYPE_SYSTEM, [skynet.PTYPE_RESPONSE] = skynet.PTYPE_RESPONSE }, function()
	skynet.dispatch("system", function(session, source, msg, sz) skynet.ret(skynet.rawcall(to, "lua", msg, sz)) end)
end)`,
		"filtering": `
local skynet = require "skynet"
skynet.filter(function(kind, msg, sz, session, source)
	local more = skynet.pack(skynet.unpack(msg, sz), "added")
	return kind, more, #more, session, source
end, function() skynet.dispatch("lua", function(_, _, ...) skynet.retpack(...) end) end)`,
		"watcher": `
local skynet = require "skynet"
skynet.register_protocol { name = "client", id = skynet.PTYPE_CLIENT, unpack = function() end, dispatch = function(_, source) print("gone:", source) end }
skynet.start(function() end)`,
		"args":    `print(...) require "skynet".start(function() end)`,
		"broken":  "local x = = 1",
		"raises":  "local skynet = require 'skynet'\nskynet.start(function() error 'no luck' end)",
		"quits":   "local skynet = require 'skynet'\nskynet.start(function() skynet.exit() end)",
		"serving": "local skynet = require 'skynet'\nskynet.start(function() skynet.dispatch('lua', function(...) skynet.retpack('served') end) skynet.register 'SERVING_WITH_A_LONG_NAME' skynet.exit() end)",
		"slow":    "local skynet = require 'skynet'\nskynet.start(function() skynet.sleep(10) end)",
		"inits":   "local skynet = require 'skynet'\nskynet.init(function() print 'init 1' skynet.sleep(1) end)\nskynet.init(function() print 'init 2' end)\nskynet.start(function() print 'start' skynet.init(function() print 'at once' end) end)",
	}
	runAll(t, []scenario{
		{"arguments byte for byte", `skynet.newservice("snlua", "args", "a b", 1, 2.5, true, "\0\n", "")`, "a b	1	2.5	true	\x00\n	"},
		{"not found", `print((select(2, pcall(skynet.newservice, "nothing"))):match "[^\n]*")`,
			"service 'nothing' not found:"},
		{"syntax error", `print(pcall(skynet.newservice, "broken"))`,
			"false\tbroken.lua:1: unexpected symbol near '='"},
		{"raises", `print(pcall(skynet.newservice, "raises"))`, "false	raises.lua:2: no luck"},
		{"exits in start", `print(skynet.newservice "quits")`, "nil"},
		{"serves on after exit", `print(skynet.newservice "serving"); print(skynet.call("SERVING_WITH_A_LONG_NAME", "lua")); print(skynet.query ".SERVING_WITH_A_LONG_NAME")`,
			"[:00000004] skynet.exit() at the end of the start function: SERVING_WITH_A_LONG_NAME :00000004 has a name and a dispatch function, so it serves on\n4\nserved\n4"},
		{"unique", `
			skynet.fork(function() print("queried", skynet.queryservice "slow") end)
			skynet.sleep(1)
			print(skynet.uniqueservice "slow", skynet.uniqueservice(true, "slow"), skynet.now())`,
			"4\t4\t12\nqueried\t4"},
		{"init functions", `skynet.newservice "inits"`, "init 1\ninit 2\nstart\nat once"},
		{"names", `
			skynet.register "a name with\nodd bytes \255 and more than sixteen"
			print(skynet.query "a name with\nodd bytes \255 and more than sixteen" == skynet.self())
			skynet.name(".echo", echo); print(skynet.localname ".echo", skynet.query "echo", skynet.query "none")
			print(skynet.address(echo), skynet.address ".x", skynet.harbor(echo))`,
			"true\n3\t3\tnil\n:00000003\t.x\t0\tfalse"},
		{"environment", `
			print(skynet.getenv "color", skynet.getenv "none"); skynet.setenv("shape", "round")
			print(skynet.call(echo, "lua", "env", "shape")); print(pcall(skynet.setenv, "shape", "flat"))`,
			"red\tnil\nround\nfalse\tCan't setenv exist key : shape"},
		{"error only logs", `skynet.error("a", 1, nil, true)`, "[:00000002] a 1 nil true"},
		{"launch does not wait", `local a = skynet.launch("snlua", "slow"); print(a, skynet.now())`, "4	1"},
		{"debug protocol", `
			print(skynet.call(echo, "debug", "RUN", "print('in', skynet.self()); x = 5; print(x)", "code"))
			print(skynet.call(echo, "debug", "RUN", "return =", "code"))
			print(type(skynet.call(echo, "debug", "MEM")), skynet.call(echo, "debug", "STAT").task, skynet.call(echo, "debug", "SUPPORT", "lua"))
			skynet.info_func(function(a) return "info " .. a end)
			print(skynet.call(skynet.self(), "debug", "INFO", "x"), skynet.call(echo, "debug", "INFO"))`,
			"true\tin\t3\n5\nfalse\tcode:1: unexpected symbol near '='\nnumber\t0\ttrue\ninfo x\tnil"},
		{"skynet.service", `
			local service = require "skynet.service"
			local a = service.new("counter", function(start)
				local skynet = require "skynet"
				skynet.dispatch("lua", function(_, _, n) start = start + n; skynet.retpack(start) end)
			end, 10)
			print(skynet.call(a, "lua", 5), service.query "counter" == a, service.new("counter", function() end) == a)
			print(service.close "counter", service.close "counter")
			local up = 1; print(pcall(service.new, "bad", function() return up end))`,
			"15\ttrue\ttrue\ntrue\tfalse\nfalse\tthe function of service 'bad' uses local variables from outside"},
		{"skynet.service with start", `
			local service = require "skynet.service"
			local usual = service.new("usual", function(...)
				local skynet = require "skynet"
				local total = ...
				skynet.init(function() print "init" end)
				skynet.start(function()
					skynet.sleep(1)
					skynet.dispatch("lua", function(_, _, n) total = total + n; skynet.retpack(total) end)
					print("started", total)
				end)
				print "main"
			end, 10)
			print(skynet.call(usual, "lua", 5), skynet.call(usual, "lua", 1))
			print(pcall(service.new, "fails", function() require "skynet".start(function() error("no luck", 0) end) end))
			print(service.close "fails", service.close "usual")
			local deaf = service.new("deaf", function() require "skynet".start(function() end) end)
			print(pcall(skynet.call, deaf, "lua", 1))`,
			"init\nmain\nstarted\t10\n15\t16\nfalse\tno luck\nfalse\ttrue\nfalse\tservice 'deaf' takes no messages"},
		{"skynet.service that has ended", `
			local service = require "skynet.service"
			local function counter(n)
				local skynet = require "skynet"
				skynet.dispatch("lua", function(_, _, by) n = n + by; skynet.retpack(n) end)
			end
			local a = service.new("counter", counter, 10)
			print(skynet.call(a, "lua", 1), skynet.alive(a), skynet.alive "counter")
			skynet.kill(a)
			print(skynet.alive(a))
			local b = service.query "counter" -- made anew, as it was made
			print(b ~= a, skynet.call(b, "lua", 1), service.query "counter" == b)
			skynet.kill(b)
			local c = service.new("counter", counter, 20)
			print(c ~= b, skynet.call(c, "lua", 1), service.query "counter" == c)
			skynet.kill(c)
			print(service.close "counter") -- it is closed already, and is not made again
			local late
			skynet.fork(function() late = service.query "counter" end)
			skynet.sleep(1)
			print(late)
			local d = service.new("counter", counter, 30)
			skynet.sleep(1)
			print(late == d)`,
			"11\ttrue\tfalse\nfalse\ntrue\t11\ttrue\ntrue\t21\ttrue\nfalse\nnil\ntrue"},
		{"what Lua code replaces", `
			local all = require "skynet.coroutine"
			coroutine, pcall = nil, function() return false end
			package.loaded["skynet.coroutine"], package.loaded["skynet.debug"] = nil, 1
			print(require "skynet.coroutine".wrap == all.wrap)
			local protected = select(2, require "skynet".pcall(skynet.call, skynet.self(), "debug", "STAT"))
			print((protected:gsub("^.-: ", "")))`,
			"true\nthe service has replaced the module skynet.debug"},
		{"remote console", `print(pcall(skynet.newservice, "debug_console", 8000))`,
			"false\tdebug_console:11: this node has no remote console"},
		{"unknown requests", `
			print(skynet.dispatch_unknown_request(function(session, source, msg, sz, kind) print("unknown", session, kind, skynet.unpack(msg, sz)) end))
			skynet.register_protocol { name = "snax", id = skynet.PTYPE_SNAX, pack = skynet.pack, unpack = skynet.unpack }
			skynet.send(skynet.self(), "snax", 1, 2)
			print(pcall(skynet.call, skynet.self(), "snax", 1))`,
			"nil\nunknown\t0\tsnax\t1\t2\nfalse\tmain :00000002 has no handler for snax messages"},
		{"forwarded types", `
			local front = skynet.newservice("front", echo)
			print(skynet.call(front, "lua", "echo", 1, { 2 }) == 1, (select(2, skynet.call(front, "lua", "echo", 1, { 2 })))[1])`,
			"true\t2"},
		{"filter", `print(skynet.call(skynet.newservice "filtering", "lua", "x"))`,
			"x\tadded"},
		{"monitor", `
			print(skynet.monitor "watcher")
			skynet.kill(echo)
			skynet.sleep(1)`,
			"4\ngone:\t3"},
		{"term", `
			skynet.timeout(1, function() skynet.term(echo) end)
			print(pcall(skynet.call, echo, "lua", "sleep", 1000), skynet.now())`,
			"false\t2"},
		{"name and path", `
			print(SERVICE_NAME, SERVICE_PATH:match "[^/]*/$" ~= nil, rawget(_G, "SERVICE_NAME"))
			SERVICE_NAME = "x"
			print(SERVICE_NAME)`,
			"main\ttrue\tmain\nx"},
		{"manager module", `
			print(require "skynet.manager" == skynet, require "skynet" == skynet)
			print(pcall(skynet.timeout, "soon"))`,
			"true\ttrue\nfalse\tbad argument #1 to 'skynet.timeout' (number expected, got string)"},
	}, files)
}

func TestPreloadAndConsoleHook(t *testing.T) {
	w := newWorld(t, map[string]string{
		"first":         "print('preload', ...) from_preload = true",
		"debug_console": "error 'a file in the place of the console'",
		"main":          "print('main', ..., from_preload)\nlocal skynet = require 'skynet'\nskynet.start(function() skynet.newservice('debug_console', '0.0.0.0', 8001) skynet.newservice('debug_console', 8000) end)",
	})
	w.options.Preload = filepath.Join(w.Dir, "first.lua")
	w.options.OpenConsole = func(_ message.Address, address string) (io.Closer, error) {
		w.Print(0, "console on "+address+"\n")
		return io.NopCloser(nil), nil
	}
	want := "preload\ta\nmain\ta\ttrue\npreload\t0.0.0.0\t8001\nconsole on 0.0.0.0:8001\npreload\t8000\nconsole on 127.0.0.1:8000\n"
	if diff := cmp.Diff(want, w.launch("main", "a")); diff != "" {
		t.Error(diff)
	}
}

// ret(pack(...)) hands its values over without packing them. Nobody can tell.
func TestPackIntoRet(t *testing.T) {
	w := newWorld(t, map[string]string{
		"answers": `local skynet = require "skynet"
local ret, pack = skynet.ret, skynet.pack
local way = {
	plain = function(...) skynet.ret(skynet.pack(...)) end,
	tail = function(...) return skynet.ret(skynet.pack(...)) end,
	locals = function(...) ret(pack(...)) end,
	text = function(...) local s = pack(...) assert(type(s) == "string") ret(s) end,
	one = function(...) ret((pack(...))) end,
	sized = function(...) local s = pack(...) ret(s, #s) end,
	list = function(...) local list = {ret, pack(...)} assert(type(list[2]) == "string" and #list == 2) list[1](list[2]) end,
	protected = function(...) assert(pcall(ret, pack(...))) end,
	other = function(...) local function mine(s) assert(type(s) == "string") ret(s) end mine(pack(...)) end,
	hooked = function(...) debug.sethook(function() end, "l") ret(pack(...)) debug.sethook() end,
	wrapped = function(...)
		local ret = skynet.ret
		skynet.ret = function(s) assert(type(s) == "string") return ret(s) end
		skynet.ret(skynet.pack(...))
		skynet.ret = ret
	end,
}
skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...)
		if cmd == "bad" then
			local ok, err = pcall(function() skynet.ret(skynet.pack{ { print } }) end)
			return skynet.retpack(err)
		end
		way[cmd](...)
	end)
end)`,
		"main": `local skynet = require "skynet"
skynet.start(function()
	local answers = skynet.newservice "answers"
	local sent = { 1, 2.5, "x", { deep = { true } } }
	local key = next((skynet.call(answers, "lua", "plain", { [{ "key" }] = 1 })))
	assert(key[1] == "key")
	for _, way in ipairs { "plain", "tail", "locals", "text", "one", "sized", "list", "protected", "other", "hooked", "wrapped" } do
		local a, b, c, d = skynet.call(answers, "lua", way, sent, nil, "end")
		assert(select("#", skynet.call(answers, "lua", way)) == 0, way)
		print(way, a ~= sent and a[1] + a[2], a[3], a[4].deep[1], b, c, d)
	end
	print(skynet.call(answers, "lua", "bad"))
	print(#skynet.rawcall(answers, "lua", skynet.pack("plain", 1, 2)))
end)`,
	})
	got := w.launch("main")
	want := ""
	for _, way := range strings.Fields("plain tail locals text one sized list protected other hooked wrapped") {
		want += way + "\t3.5\tx\ttrue\tnil\tend\tnil\n"
	}
	want += "answers.lua:24: can't send a function (at [1][1][1])\n4\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
