-- Sends visitors to a box office, all of them at once.
local skynet = require "skynet"

local office, count = ...

if count then
	skynet.start(function()
		for _ = 1, count do
			local visitor = skynet.newservice("visitors", office)
			skynet.send(visitor, "lua", "go")
		end
	end)
else
	skynet.start(function()
		skynet.dispatch("lua", function()
			skynet.call(tonumber(office), "lua", "buy", skynet.self())
			skynet.exit()
		end)
	end)
end
