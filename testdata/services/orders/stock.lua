-- Keeps goods and their prices. To look into the warehouse takes a while.
local skynet = require "skynet"

local prices = {lamp = 30, vase = 12, table = 180}

local commands = {}

function commands.take(item)
	skynet.sleep(12)
	return prices[item]
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...)
		skynet.retpack(commands[command](...))
	end)
	skynet.name(".stock", skynet.self())
end)
