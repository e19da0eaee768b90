-- Answers calls well, badly, late, through another service, or not before it is
-- killed.
local skynet = require "skynet"

local handled = 0
local version = 1

local command = {}

function command.echo(...) return ... end
function command.fail(text) error(text) end
function command.late(ti) skynet.sleep(ti) return "late" end
function command.never() skynet.wait() end
function command.version() return version end

function command.relay(to, ...)
	return skynet.call(to, "lua", ...)
end

-- timers sets some that fire, some that are cancelled, and some that the service's
-- end takes back.
function command.timers(count)
	for i = 1, count do
		local timer = skynet.timeout(i, function() handled = handled + 1 end)
		if i % 3 == 0 then skynet.cancel(timer) end
		skynet.timeout(i, function() handled = handled + 1 end)
		skynet.timeout(360000 + i, function() handled = handled + 1 end)
	end
	return count
end

-- deferred answers from a time-out, after the handler has ended.
function command.deferred(ti, value)
	local response = skynet.response()
	skynet.timeout(ti, function() response(true, value) end)
	skynet.ignoreret()
end

-- forked waits for tasks that wake it.
function command.forked(count)
	local me, left = coroutine.running(), count
	for i = 1, count do
		skynet.fork(function()
			skynet.yield()
			left = left - 1
			if left == 0 then skynet.wakeup(me) end
		end)
	end
	skynet.wait(me)
	return count
end

function command.sum(numbers)
	local sum = 0
	for _, n in ipairs(numbers) do sum = sum + n end
	return sum
end

function command.named(name)
	skynet.register(name)
	return true
end

function command.quit() skynet.exit() end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...)
		handled = handled + 1
		if cmd == "deferred" then return command.deferred(...) end
		skynet.retpack(command[cmd](...))
	end)
end)
