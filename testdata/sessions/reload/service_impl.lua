-- The next version of testdata/services/service_impl.lua: get answers in
-- capitals, and there is a command count.
local skynet = require "skynet"

return function()
    local state = {
        data = {},
        config = {},
        connections = {}
    }

    local commands = {}

    function commands.get(key)
        local value = state.data[key]
        return value and value:upper()
    end

    function commands.count()
        local n = 0
        for _ in pairs(state.data) do n = n + 1 end
        return n
    end

    function commands.set(key, value)
        state.data[key] = value
        return true
    end

    function commands.connect(conn_id)
        state.connections[conn_id] = { since = skynet.time() }
        return true
    end

    local function handle_message(session, source, cmd, ...)
        local command = commands[cmd]
        if command then
            skynet.ret(skynet.pack(command(...)))
        else
            skynet.ret(skynet.pack(false, "Unknown command"))
        end
    end

    local function get_state()
        return {
            data = state.data,
            config = state.config,
            -- Don't transfer connections
        }
    end

    local function set_state(new_state)
        state.data = new_state.data or {}
        state.config = new_state.config or {}
    end

    return {
        handle_message = handle_message,
        get_state = get_state,
        set_state = set_state,
        transfer_state = true
    }
end
