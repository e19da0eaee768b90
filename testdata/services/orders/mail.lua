-- Writes to customers whose addresses it knows.
local skynet = require "skynet"

local addresses = {ann = "ann@example.org"}

local commands = {}

function commands.confirm(customer, sum)
	local address = addresses[customer] or error("no address of " .. customer)
	skynet.error(("to %s: we got %d"):format(address, sum))
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...)
		commands[command](...)
	end)
	skynet.name(".mail", skynet.self())
end)
