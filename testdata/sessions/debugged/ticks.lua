-- Something to debug: a time-out, a handler, an endless loop.
local skynet = require "skynet"

local function tick()
	local n = 1
	n = n + 1
	print("tick", n)
end

local function work(session, source, command)
	if command == "loop" then
		while true do end
	elseif command == "exit" then
		skynet.exit()
	end
	print(command)
end

skynet.start(function()
	skynet.dispatch("lua", work)
	skynet.info_func(function() return "ticking" end)
	skynet.timeout(100, tick)
end)
