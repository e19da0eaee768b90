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

function command.timers(count)
	for i = 1, count do
		local timer = skynet.timeout(i, function() handled = handled + 1 end)
		if i % 3 == 0 then skynet.cancel(timer) end
	end
	return count
end

function command.named(name)
	skynet.register(name)
	return true
end

function command.quit() skynet.exit() end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...)
		handled = handled + 1
		skynet.retpack(command[cmd](...))
	end)
end)
