-- A box office that sells a seat in one step: visitors queue.
local skynet = require "skynet"
local queue = require "skynet.queue"

local seats = ...
local register
local sold = {}
local inTurn = queue()

local commands = {}

-- buy sells a seat to somebody.
function commands.buy(who)
	return inTurn(function()
		local free = skynet.call(register, "lua", "free")
		if free == 0 then
			return "sold out"
		end
		skynet.call(register, "lua", "note", free - 1)
		table.insert(sold, who)
		return "seat " .. free
	end)
end

function commands.sold()
	return #sold
end

skynet.start(function()
	register = skynet.newservice("seat_register", seats)
	skynet.dispatch("lua", function(_, _, name, ...)
		skynet.retpack(commands[name](...))
	end)
end)
