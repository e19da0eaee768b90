-- State that is never changed in place: an update makes a new state, and who
-- holds the old one keeps what he had.
local skynet = require "skynet"

local _state = {
    version = 1,
    config = { limit = 10, colour = "blue" },
    tags = { "a", "b" }
}

-- Earlier states, oldest first
local history = {}

-- State management with immutable updates
local function update_state(updates)
    local new_state = {}

    -- Copy existing state
    for k, v in pairs(_state) do
        if type(v) == "table" then
            new_state[k] = table.deepcopy(v)
        else
            new_state[k] = v
        end
    end

    -- Apply updates
    for k, v in pairs(updates) do
        if type(v) == "table" and type(new_state[k]) == "table" then
            for kk, vv in pairs(v) do
                new_state[k][kk] = vv
            end
        else
            new_state[k] = v
        end
    end

    _state = new_state
end

local handlers = {}

function handlers.get()
    return _state
end

function handlers.update(updates)
    table.insert(history, _state)
    update_state(updates)
    return true
end

function handlers.before(n)
    return history[#history + 1 - n]
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    skynet.register("IMMUTABLE_STATE")
end)
