-- A service that needs time to start.
local skynet = require "skynet"

skynet.start(function()
    skynet.sleep(300)
end)
