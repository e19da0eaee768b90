package skynet_test

import (
	"context"
	"strings"
	"testing"

	"lunarium/runtime/service"
)

// watch is Lua code that tells which values are alive.
const watch = `
local weak = setmetatable({}, { __mode = "v" })
-- fn makes a function that nobody but its user holds; value does so with a table.
local function fn(name, body) weak[name] = function(...) return (body or print)(name, select("#", ...)) end return weak[name] end
local function value(name) weak[name] = {} return weak[name] end
local function alive()
	collectgarbage()
	local names = {}
	for name in pairs(weak) do names[#names + 1] = name end
	table.sort(names)
	return table.concat(names, " ")
end
`

// TestRoots has values that only the service or the library holds; each must
// live as long as it is needed and no longer.
func TestRoots(t *testing.T) {
	for _, s := range []scenario{
		{"handlers", watch + `
			skynet.dispatch("lua", fn "dispatch")
			skynet.info_func(fn "info")
			skynet.dispatch_unknown_request(fn "unknown request")
			skynet.dispatch_unknown_response(fn "unknown response")
			skynet.register_protocol { name = "mine", id = 40, pack = fn "pack", unpack = fn "unpack", dispatch = fn "mine" }
			print(alive())
			skynet.dispatch("lua", print)
			print(alive())`, `
dispatch info mine pack unknown request unknown response unpack
info mine pack unknown request unknown response unpack`},
		{"tasks that wait for their turn", watch + `
			skynet.fork(fn "fork", value "argument")
			skynet.timeout(100, fn "timeout")
			local cancelled = skynet.timeout(200, fn "cancelled")
			print(alive())
			skynet.cancel(cancelled)
			cancelled = nil
			skynet.sleep(1)
			print(alive())
			skynet.sleep(200)
			print("end", alive())`, `
argument cancelled fork timeout
fork	1
timeout
timeout	0
end	`},
		{"tasks that wait in the middle", watch + `
			local done = {}
			skynet.fork(function() local own = value "slept"; skynet.sleep(50); done[1] = own end)
			skynet.fork(function() local own = value "waited"; skynet.wait(value "token"); done[2] = own end)
			skynet.fork(function() local own = value "called"; skynet.call(echo, "lua", "sleep", 60); done[3] = own end)
			skynet.fork(function() coroutine.wrap(function() local own = value "inside"; skynet.sleep(50); done[4] = own end)() end)
			skynet.sleep(1)
			print(alive())
			skynet.wakeup(weak.token)
			skynet.sleep(100)
			print(alive())
			done = nil
			print("end", alive())`, `
called inside slept token waited
called inside slept waited
end	`},
		{"queues and iterators", watch + `
			local queue = require "skynet.queue"()
			skynet.fork(queue, function() skynet.sleep(50) end)
			skynet.fork(queue, fn "queued")
			local lines = io.lines("main.lua")
			skynet.sleep(1)
			print(alive())
			skynet.sleep(100)
			print("end", alive(), lines() ~= nil)`, `
queued
queued	0
end		true`},
		{"messages being handled", watch + `
			skynet.dispatch("lua", function(session, source, message)
				weak.message = message
				local respond = skynet.response()
				weak.respond = respond
				skynet.timeout(10, function() respond(true, alive()) end)
			end)
			skynet.fork(function() print(skynet.call(skynet.self(), "lua", { 1 })) end)
			skynet.sleep(50)
			print("end", alive())`, `
respond
end	`},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Chdir("../../testdata/services")
			s.code = strings.ReplaceAll(s.code, `"main.lua"`, `"worker.lua"`)
			s.run(t, nil)
		})
	}
}

func TestInitFunctionsLive(t *testing.T) {
	w := newWorld(t, map[string]string{"main": `local skynet = require "skynet"` + watch + `
		skynet.init(fn("init", function() print(alive()) end))
		skynet.start(fn("start", function() print(alive()) end))
		print(alive())`})
	if got, want := w.launch("main"), "init start\ninit start\ninit start\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

func TestFinalizersOfServices(t *testing.T) {
	for _, s := range []scenario{
		{"exit runs them, the last marked first, and they may send", `
			local mine = skynet.self()
			local child = skynet.newservice("ending", mine)
			skynet.dispatch("lua", function(_, _, ...) print("got", ...) end)
			skynet.send(child, "lua", "exit")
			skynet.sleep(10)`, `
got	finalized	2
got	finalized	1`},
		{"so does kill", `
			local child = skynet.newservice("ending", skynet.self())
			skynet.dispatch("lua", function(_, _, ...) print("got", ...) end)
			require "skynet.manager".kill(child)
			skynet.sleep(10)`, `
got	finalized	2
got	finalized	1`},
		{"an error in one goes to the log", `
			local child = skynet.newservice("ending", "nobody")
			skynet.send(child, "lua", "exit")
			skynet.sleep(10)`, `
[:00000004] error in __gc metamethod (ending.lua:6: no receiver)
[:00000004] error in __gc metamethod (ending.lua:6: no receiver)`},
		{"an endless one is given up", `
			local child = skynet.newservice("endless")
			skynet.send(child, "lua", "exit")
			skynet.sleep(10)
			print "the node goes on"`, `
[:00000004] endless :00000004 ended before all its finalizers had run: they took too long
the node goes on`},
		{"nor can those of a service that ends wait", `
			local child = skynet.newservice("waiting", echo)
			skynet.send(child, "lua", "exit")
			skynet.sleep(10)`, `
[:00000004] error in __gc metamethod (waiting.lua:3: attempt to yield across a C-call boundary)`},
		{"they can't wait", `
			setmetatable({}, { __gc = function() skynet.sleep(1) end })
			print(pcall(collectgarbage))`, `
false	error in __gc metamethod (main.lua:4: attempt to yield across a C-call boundary)`},
	} {
		t.Run(s.name, func(t *testing.T) {
			s.run(t, map[string]string{
				"ending": `local skynet = require "skynet"
local to = tonumber((...))
local kept = {}
local meta = { __gc = function(o)
	if to then skynet.send(to, "lua", "finalized", o.n)
	else error("no receiver") end
end }
skynet.start(function()
	for n = 1, 2 do kept[n] = setmetatable({ n = n }, meta) end
	skynet.dispatch("lua", function() skynet.exit() end)
end)`,
				"waiting": `local skynet = require "skynet"
local to = tonumber((...))
kept = setmetatable({}, { __gc = function() skynet.call(to, "lua", "echo", 1) end })
skynet.start(function() skynet.dispatch("lua", function() skynet.exit() end) end)`,
				"endless": `local skynet = require "skynet"
kept = setmetatable({}, { __gc = function() while true do pcall(table.sort, { 1, 2 }, function() while true do end end) end end })
skynet.start(function() skynet.dispatch("lua", function() skynet.exit() end) end)`,
			})
		})
	}
}

func TestMemLimits(t *testing.T) {
	// The ways in which a library function makes much of little.
	hogs := []string{
		`string.rep("x", 1e9)`, `("x"):rep(1e5):rep(1e4, ",")`, `("x"):rep(1e5):gsub("x", ("y"):rep(1e5))`,
		`("x"):rep(1e5):gsub(".*", ("%0"):rep(1e5))`, `("x"):rep(1e5):gsub(".", function() return ("y"):rep(1e5) end)`,
		`string.format(("%s"):rep(200), table.unpack((function() local t, s = {}, ("x"):rep(1e5) for i = 1, 200 do t[i] = s end return t end)()))`,
		`table.concat((function() local t, s = {}, ("x"):rep(1e5) for i = 1, 1e4 do t[i] = s end return t end)())`,
		`string.pack("!8 i1 s4", 1, ("x"):rep(3e6))`, `string.pack("c4000000", "x")`,
		`(function(...) return select("#", ...) end)(table.unpack({}, 1, 9e5))`, `table.pack(table.unpack({}, 1, 9e4), string.byte(("x"):rep(5e5), 1, -1))`,
		`skynet.pack((function() local t, s = {}, ("x"):rep(1e5) for i = 1, 1e3 do t[i] = s end return t end)())`,
		`skynet.unpack(packed)`, `table.deepcopy((function() local t = {} for i = 1, 4e4 do t[i] = i end local all = {} for i = 1, 1e3 do all[i] = { table.unpack(t, 1, 100) } end return all end)())`,
		`load(function() return ("x"):rep(1e5) end)`, `("x"):rep(1e6):upper():lower():reverse() .. ("y"):rep(1e6)`,
		`(function() local function f(n) return 1 + f(n + 1) end return f(1) end)()`,
		`(function() local t = {} for i = 1, 1e8 do table.insert(t, i) end end)()`,
		`(function() local t = {} for i = 1, 1e8 do rawset(t, "k" .. i, i) end end)()`,
		`io.open("/dev/zero"):read("*a")`, `io.open("/dev/zero"):read(1e9)`, `io.open("/dev/zero"):read("*l")`,
	}
	code := `skynet.memlimit(2e6)
		local packed = ("\0"):rep(5e5)
	`
	for _, hog := range hogs {
		code += "print(pcall(function() return " + hog + " end))\ncollectgarbage()\n"
	}
	code += `print(collectgarbage "count" < 800, skynet.call(echo, "lua", "echo", "the neighbour"))`
	scenario{code: code, want: strings.Repeat("false\tnot enough memory\n", len(hogs)) + "true\tthe neighbour"}.run(t, nil)
}

// TestServicesWithoutAnyMemory has the service's own work, on which no Lua code
// can hear an error, go on beyond the limit.
func TestServicesWithoutAnyMemory(t *testing.T) {
	scenario{code: `
		local child = skynet.newservice "poor"
		print(skynet.call(child, "lua", 0))
		for i = 1, 3 do print(pcall(skynet.call, child, "lua", 1, ("x"):rep(1000), { 1, 2, 3 })) end
		print(skynet.call(echo, "lua", "echo", "fine"))`,
		want: `
limited
false	not enough memory
false	not enough memory
false	not enough memory
fine`}.run(t, map[string]string{"poor": `local skynet = require "skynet"
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, n, s)
				if n == 0 then skynet.memlimit(1) skynet.retpack("limited") return end
				skynet.retpack(#(s .. s))
			end)
		end)`})
}

func TestCollectRunsFinalizersInATask(t *testing.T) {
	w := newWorld(t, map[string]string{"main": `local skynet = require "skynet"
		skynet.start(function() setmetatable({}, { __gc = function() print "finalized" end }) end)`})
	w.launch("main")
	var svc *service.Service
	for _, s := range w.Node.Services() {
		svc = s
	}
	if _, err := svc.Collect(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.Node.Settle(context.Background())
	if got := w.Output(); got != "finalized\n" {
		t.Errorf("printed %q", got)
	}
}
