-- Sells the seats of a theatre. How many are free is kept by another service, as it might
-- be by a database.
local skynet = require "skynet"

local seats = ...
local register
local sold = {}

local commands = {}

-- buy sells a seat to somebody. Between the question and the note other visitors are served.
function commands.buy(who)
	local free = skynet.call(register, "lua", "free")
	if free == 0 then
		return "sold out"
	end
	skynet.call(register, "lua", "note", free - 1)
	table.insert(sold, who)
	return "seat " .. free
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
