-- A cache as a service: values that expire, in the memory of the node, or in the
-- Redis server whose URL is the argument. It answers true and the value, or
-- false.
local skynet = require "skynet"
local url = ...

local cache = require "cache".connect { name = "level2", url = url }
local handlers = {}

function handlers.get(key)
    local value = cache:get(key)
    if value == nil then
        return false
    end
    return true, value
end

-- Keeps a value, for ttl seconds if they are given
function handlers.set(key, value, ttl)
    return cache:set(key, value, ttl)
end

function handlers.del(key)
    return cache:del(key) > 0
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        if session == 0 then
            handlers[cmd](...)
        else
            skynet.retpack(handlers[cmd](...))
        end
    end)
    skynet.register("CACHE_SERVICE")
end)
