-- The office: sets the discount of the day when the day begins, and looks at the takings.
local skynet = require "skynet"

local function begin_day()
	skynet.send("TILL", "lua", "discount", 10)
	skynet.timeout(2000, begin_day)
end

local looks = 0

local function look()
	looks = looks + 1
	skynet.call("TILL", "lua", "takings", looks % 3 == 0 and "yesterday" or "today")
	skynet.timeout(500, look)
end

skynet.start(function()
	skynet.timeout(100, begin_day)
	skynet.timeout(200, look)
end)
