-- Books what customers pay.
local skynet = require "skynet"

local paid = {}

local commands = {}

function commands.pay(customer, sum)
	skynet.sleep(3)
	paid[customer] = (paid[customer] or 0) + sum
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...)
		skynet.retpack(commands[command](...))
	end)
	skynet.name(".ledger", skynet.self())
end)
