-- The commands of the debug protocol: skynet.call(address, "debug", "STAT").
local skynet = require "skynet"

local command = {}
local further = {}
local collecting = false

function command.MEM()
	skynet.retpack(collectgarbage "count")
end

function command.GC()
	if collecting then
		skynet.ignoreret()
		return
	end
	collecting = true
	local before, since = collectgarbage "count", skynet.now()
	collectgarbage "collect"
	skynet.yield() -- requests that came meanwhile are met by this run
	skynet.error(string.format("GC %.2f Kb -> %.2f Kb, cost %.2f sec",
		before, collectgarbage "count", (skynet.now() - since) / 100))
	collecting = false
	skynet.ignoreret()
end

function command.STAT()
	skynet.retpack {
		task = skynet.task(),
		mqlen = skynet.stat "mqlen",
		cpu = skynet.stat "cpu",
		message = skynet.stat "message",
	}
end

function command.TASK(session)
	if session then
		skynet.retpack(skynet.task(session))
		return
	end
	local tasks = {}
	skynet.task(tasks)
	skynet.retpack(tasks)
end

function command.UNIQTASK()
	skynet.retpack(skynet.uniqtask())
end

function command.KILLTASK(thread)
	local killed = skynet.killthread(thread)
	if killed then
		skynet.error("Kill " .. tostring(killed))
		skynet.ret()
	else
		skynet.error("Kill " .. tostring(thread) .. " : Not found")
		skynet.retpack "Not found"
	end
end

function command.INFO(...)
	local info = skynet.info_function()
	if info then
		skynet.retpack(info(...))
	else
		skynet.retpack(nil)
	end
end

function command.EXIT()
	skynet.exit()
end

-- RUN runs source inside the service; what it prints and returns is the answer.
function command.RUN(source, name, ...)
	local output = {}
	local env = setmetatable({
		skynet = skynet,
		print = function(...)
			local words = table.pack(...)
			for i = 1, words.n do words[i] = tostring(words[i]) end
			output[#output + 1] = table.concat(words, "\t")
		end,
	}, { __index = _G, __newindex = _G })
	local run, err = load(source, "@" .. tostring(name), "t", env)
	if not run then
		skynet.retpack(false, err)
		return
	end
	local ok, failure = xpcall(run, debug.traceback, ...)
	if not ok then output[#output + 1] = failure end
	skynet.retpack(ok, table.concat(output, "\n"))
end

function command.TERM(address)
	skynet.term(address)
	skynet.ignoreret()
end

function command.SUPPORT(name)
	skynet.retpack(skynet.dispatch(name) ~= nil)
end

function command.PING()
	skynet.ret()
end

function command.LINK()
	skynet.response() -- answered by an error when this service ends
end

function command.TRACELOG(name, on)
	if type(name) ~= "string" then
		name, on = "lua", name
	end
	skynet.traceproto(name, on)
	skynet.ret()
end

local function dispatch(_, _, name, ...)
	local run = command[name] or further[name]
	if not run then error("no debug command is called " .. tostring(name), 0) end
	run(...)
end

return {
	dispatch = dispatch,
	init = function() end,
	reg_debugcmd = function(name, run) further[name] = run end,
}
