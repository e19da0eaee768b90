-- Waits in many ways, and has others wait.
local skynet = require "skynet"
local queue = require "skynet.queue"()

local name, how = ...
local kept = {}
local does = {}

function does.call(dest, ...)
    return skynet.call(dest, "lua", ...)
end

function does.sleep(ticks)
    skynet.sleep(ticks)
end

function does.wait()
    skynet.wait()
end

function does.spin()
    while true do end
end

function does.put()
    kept[#kept + 1] = skynet.response()
    return false
end

function does.give()
    for _, response in ipairs(kept) do
        response(true, "at last")
    end
    kept = {}
end

function does.ignore()
    skynet.ignoreret()
    return false
end

function does.locked()
    queue(skynet.sleep, 1000)
end

function does.each(times, ...)
    for _ = 1, times do
        skynet.fork(does.call, ...)
    end
end

function does.launch(...)
    return skynet.newservice(...)
end

skynet.start(function()
    if how == "sleep" then
        skynet.sleep(500)
    end
    skynet.dispatch("lua", function(_, _, what, ...)
        local result = (does[what] or does.wait)(...)
        if result ~= false then
            skynet.retpack(result)
        end
    end)
    skynet.register(name)
end)
