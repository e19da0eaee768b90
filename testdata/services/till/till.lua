-- A till: adds up baskets, with a discount that the office sets.
local skynet = require "skynet"

local prices = { bread = 250, milk = 120, wine = 900 }
local percent = 0

local handle = {}

function handle.discount(p)
	percent = percent + p
	return percent
end

function handle.total(basket)
	local sum = 0
	for item, count in pairs(basket) do
		sum = sum + prices[item] * count
	end
	return sum * (100 - percent) / 100
end

-- The day's takings come from an archive that takes its time.
function handle.takings(day)
	skynet.sleep(day == "today" and 1 or 40)
	return 125000
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...)
		skynet.retpack(handle[command](...))
	end)
	skynet.register "TILL"
end)
