-- Keeps how many seats of a theatre are free.
local skynet = require "skynet"

local free = tonumber((...))

local commands = {}

function commands.free()
	return free
end

function commands.note(seats)
	free = seats
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, name, ...)
		skynet.retpack(commands[name](...))
	end)
end)
