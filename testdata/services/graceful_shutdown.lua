-- A service that puts its affairs in order before it ends: timers cancelled,
-- state saved, clients and dependencies told. The argument is the directory
-- of the snapshots of its state.
local skynet = require "skynet"
local persist = require "persist"

local SERVICE_NAME = "GRACEFUL_SHUTDOWN"

local directory = ... or "graceful_shutdown"

local _state = {
    config = {},
    connections = {},
    data = {},
    timers = {}
}

local services = {}

local function persist_state()
    local state_data = {
        data = _state.data,
        config = _state.config,
        timestamp = skynet.time()
    }

    persist.save(directory, state_data)
end

-- Shutdown handler
local shutting_down = false

local function shutdown()
    if shutting_down then return end
    shutting_down = true

    skynet.error("Shutting down service...")

    -- Cancel all timers
    for _, timer in pairs(_state.timers) do
        skynet.kill(timer)
    end

    -- Save state
    persist_state()

    -- Close connections
    for conn_id, conn in pairs(_state.connections) do
        skynet.send(conn.client, "lua", "shutdown")
    end

    -- Notify dependencies
    for _, service_addr in pairs(services) do
        skynet.send(service_addr, "lua", "service_down", SERVICE_NAME)
    end

    skynet.exit()
end

-- Register shutdown handler
skynet.dispatch("system", function(session, source, cmd, ...)
    if cmd == "shutdown" then
        shutdown()
    end
end)

local handlers = {}

function handlers.connect(conn_id, client)
    _state.connections[conn_id] = { id = conn_id, client = client }
    return true
end

function handlers.set(key, value)
    _state.data[key] = value
    return true
end

-- The node sends the system message to every service when it stops; this is
-- the way to it for one service alone
function handlers.shutdown()
    skynet.send(skynet.self(), "system", "shutdown")
    return true
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    services.config = skynet.query("CONFIG_SERVICE")

    local function tick()
        _state.timers.tick = skynet.timeout(1000, tick)
    end
    tick()

    skynet.register(SERVICE_NAME)
end)
