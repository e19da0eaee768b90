-- A service that takes its time.
local skynet = require "skynet"

local handlers = {}

function handlers.nap(seconds)
    skynet.sleep(seconds * 100)
    print("awake after " .. seconds)
    return seconds
end

local function tick()
    print("tick")
    skynet.timeout(400, tick)
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)
    skynet.timeout(400, tick)
    skynet.register("SLEEPER")
end)
