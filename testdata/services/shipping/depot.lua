-- Sends parcels. Each order is for one customer; the price comes from prices.
local skynet = require "skynet"

local sent = 0

local function each_line(text)
	return coroutine.wrap(function()
		for line in text:gmatch("[^\n]+") do
			local item, count = line:match("^(%S+) x(%d+)$")
			coroutine.yield(item, tonumber(count) * 1)
		end
	end)
end

local commands = {}

function commands.order(customer, to, items)
	local parcel = {customer = customer, to = to, items = items}
	local price = skynet.call(".prices", "lua", "quote", parcel)
	sent = sent + 1
	return price
end

function commands.import(text)
	local all = {}
	for item, count in each_line(text) do
		all[#all + 1] = {item = item, count = count}
	end
	return #all
end

skynet.start(function()
	skynet.newservice("prices")
	skynet.dispatch("lua", function(_, _, command, ...)
		skynet.retpack(commands[command](...))
	end)
	skynet.name(".depot", skynet.self())
	local function remind()
		skynet.timeout(6000, remind)
		if sent < 3 then
			error("only " .. sent .. " parcels were sent in a minute")
		end
	end
	skynet.timeout(6000, remind)
end)
