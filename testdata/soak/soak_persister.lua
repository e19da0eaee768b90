-- Changes the state of the tutorial's persistence service and has it saved, again
-- and again; prints what was loaded and each number once it is saved.
local skynet = require "skynet"

skynet.start(function()
	local state = skynet.newservice "state_persistence"
	local n = skynet.call(state, "lua", "get", "n") or 0
	print("loaded", n)
	skynet.call(state, "lua", "set", "padding", string.rep("x", 300000))
	skynet.fork(function()
		while true do
			n = n + 1
			skynet.call(state, "lua", "set", "n", n)
			print("saved", n, skynet.call(state, "lua", "persist"))
		end
	end)
end)
