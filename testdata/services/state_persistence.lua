-- State that outlives its service: a snapshot every minute and on request; the
-- newest valid one is loaded at the start. The argument is the directory of the
-- snapshots, in the data directory unless it begins with a slash.
local skynet = require "skynet"
local persist = require "persist"

local directory = ... or "state_persistence"

local _state = {
    config = {},
    data = {}
}

-- Periodic state persistence
local function persist_state()
    local state_data = {
        data = _state.data,
        config = _state.config,
        timestamp = skynet.time()
    }

    return persist.save(directory, state_data):match("[^/]*$")
end

-- Load state on startup
local function load_state()
    local state, path = persist.load(directory)
    if not state then
        return nil
    end
    _state.data = state.data or {}
    _state.config = state.config or {}
    return path:match("[^/]*$")
end

local function persist_every(ti)
    skynet.timeout(ti, function()
        persist_state()
        persist_every(ti)
    end)
end

local handlers = {}

function handlers.get(key)
    return _state.data[key]
end

function handlers.set(key, value)
    _state.data[key] = value
    return true
end

handlers.persist = persist_state

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    skynet.error("state from", load_state() or "nowhere")
    persist_every(6000)
    skynet.register("STATE_PERSISTENCE")
end)
