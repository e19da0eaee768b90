-- A shop: a till and an office.
local skynet = require "skynet"

skynet.start(function()
	skynet.newservice "till"
	skynet.newservice "office"
end)
