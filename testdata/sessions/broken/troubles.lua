-- Handlers that go wrong in different ways.
local skynet = require "skynet"

local handlers = {}

function handlers.ok()
    skynet.retpack(true)
end

function handlers.raise(n)
    error("trouble " .. n)
end

function handlers.silent()
end

handlers["function"] = function()
    skynet.retpack({ list = { 1, print } })
end

function handlers.cycle()
    local t = {}
    t.self = t
    skynet.retpack(t)
end

function handlers.wait()
    skynet.wait()
end

function handlers.loop()
    while true do end
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        handlers[cmd](...)
    end)
    skynet.register("TROUBLES")
end)
