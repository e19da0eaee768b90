-- Customers who order something every quarter of a second.
local skynet = require "skynet"

local orders = ...
local names = {"ann", "ann", "eve"}
local count = 0

local function order()
	skynet.timeout(25, order)
	count = count + 1
	skynet.send(orders, "lua", "order", names[count % #names + 1], {"lamp", "vase"})
end

skynet.start(function()
	skynet.name(".orders", tonumber(orders))
	orders = ".orders"
	order()
end)
