-- Sends many messages to a service: command "flood" waits when the mailbox is
-- full, "burst" gives up then.
local skynet = require "skynet"

local command = {}

function command.flood(whom, count)
	skynet.onfull "wait"
	for i = 1, count do skynet.send(whom, "lua", "ok") end
	return count
end

function command.burst(whom, count)
	skynet.onfull "error"
	for i = 1, count do
		local ok, err = pcall(skynet.send, whom, "lua", "ok")
		if not ok then return i - 1, err end
	end
	return count
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...) skynet.retpack(command[cmd](...)) end)
	skynet.register "FLOOD"
end)
