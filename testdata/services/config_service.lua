-- Configurations by service name: a dependency of dependency_service.lua.
local skynet = require "skynet"

local configs = {
    DEPENDENCY_SERVICE = { greeting = "hello", retries = 3 }
}
local down = {}
local handlers = {}

function handlers.get(name)
    if configs[name] then
        return true, configs[name]
    end
    return false, "no configuration for " .. tostring(name)
end

function handlers.set(name, config)
    configs[name] = config
    return true
end

-- Services that said they went down, in order
function handlers.service_down(name)
    table.insert(down, name)
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        if session == 0 then
            handlers[cmd](...)
        else
            skynet.retpack(handlers[cmd](...))
        end
    end)
    skynet.register("CONFIG_SERVICE")
end)
