-- Memory kept small: connections that are silent for long go, long lists are
-- compressed, garbage is collected.
local skynet = require "skynet"

local TIMEOUT = 30 -- seconds

local _state = {
    connections = {},
    data = {}
}

-- Memory optimization
local function optimize_memory()
    -- Clean up unused tables
    for conn_id, conn in pairs(_state.connections) do
        if skynet.time() - conn.last_active > TIMEOUT then
            _state.connections[conn_id] = nil
        end
    end

    -- Compress large data structures
    for key, value in pairs(_state.data) do
        if type(value) == "table" and #value > 1000 then
            _state.data[key] = compress_table(value)
        end
    end

    -- Force garbage collection
    collectgarbage("collect")
end

-- Periodic memory optimization
local function optimize_periodically()
    optimize_memory()
    skynet.timeout(30000, optimize_periodically)
end
skynet.timeout(30000, optimize_periodically)

local handlers = {}

function handlers.connect(conn_id)
    _state.connections[conn_id] = { last_active = skynet.time() }
    return true
end

-- Fills a list with the numbers from 1 to n
function handlers.fill(key, n)
    local list = {}
    for i = 1, n do list[i] = i end
    _state.data[key] = list
    return n
end

-- Takes elements off the end of a list until n are left
function handlers.cut(key, n)
    local list = _state.data[key]
    while #list > n do table.remove(list) end
    return #list
end

function handlers.sum(key)
    local total = 0
    for _, n in ipairs(_state.data[key]) do total = total + n end
    return total
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    skynet.register("MEMORY_CLEANUP")
end)
