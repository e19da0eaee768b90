-- Launches another service and leaves it alone.
local skynet = require "skynet"

skynet.start(function()
	skynet.newservice "usual"
	skynet.exit()
end)
