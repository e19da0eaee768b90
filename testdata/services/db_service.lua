-- A store in memory that answers as a database service does: true and the
-- result, or false and the reason.
local skynet = require "skynet"

local rows = {}
local down = {}
local handlers = {}

function handlers.ping()
    return true, "pong"
end

function handlers.get(key)
    return true, rows[key]
end

function handlers.set(key, value)
    rows[key] = value
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
    skynet.register("DB_SERVICE")
end)
