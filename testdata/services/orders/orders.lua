-- Takes orders: what is wanted is taken from the stock and paid, then the customer is told.
local skynet = require "skynet"

local commands = {}

function commands.order(customer, goods)
	local prices = {}
	for i, item in ipairs(goods) do
		prices[i] = skynet.call(".stock", "lua", "take", item)
	end
	local total = 0
	for _, price in ipairs(prices) do
		total = total + price
	end
	skynet.call(".ledger", "lua", "pay", customer, total)
	skynet.fork(function()
		skynet.sleep(5)
		skynet.send(".mail", "lua", "confirm", customer, total)
	end)
	return total
end

skynet.start(function()
	for _, name in ipairs {"stock", "ledger", "mail"} do
		skynet.newservice(name)
	end
	skynet.dispatch("lua", function(_, _, command, ...)
		skynet.retpack(commands[command](...))
	end)
end)
