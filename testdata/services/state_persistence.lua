-- State that outlives its service: written to state_<time>.dat every minute and
-- on request; the newest file is loaded at the start. The argument is the
-- directory of the files (the current one).
local skynet = require "skynet"
local lfs = require "lfs"

local directory = ... or "."

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

    local filename = string.format("state_%d.dat", os.time())
    local f = io.open(directory .. "/" .. filename, "wb")
    if f then
        f:write(skynet.pack(state_data))
        f:close()
        return filename
    end
end

-- Load state on startup
local function load_state()
    local latest_file = nil
    local latest_time = 0

    -- Find latest state file
    for file in lfs.dir(directory) do
        local match = file:match("^state_(%d+)%.(dat)$")
        if match then
            local file_time = tonumber(match)
            if file_time > latest_time then
                latest_time = file_time
                latest_file = file
            end
        end
    end

    -- Load if found
    if latest_file then
        local f = io.open(directory .. "/" .. latest_file, "rb")
        if f then
            local data = f:read("*all")
            f:close()
            local state = skynet.unpack(data)
            _state.data = state.data or {}
            _state.config = state.config or {}
        end
    end

    return latest_file
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
