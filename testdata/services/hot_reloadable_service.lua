-- A service that can take new code for its messages: service_impl.lua beside it.
local skynet = require "skynet"
local versions = require "versions"

local function create_handler()
    -- Load the actual service code
    local service_code = assert(loadfile(assert(package.searchpath("service_impl", package.path))))
    return service_code()()
end

local current_handler = create_handler()

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        if cmd == "reload" then
            -- Create new handler
            local new_handler = create_handler()

            -- Transfer state if needed
            if current_handler.transfer_state then
                local state = current_handler.get_state()
                new_handler.set_state(state)
            end

            -- Switch handler
            local old_handler = current_handler
            current_handler = new_handler

            skynet.ret(skynet.pack(true, versions.replaced(old_handler)))

        elseif cmd == "get_version" then
            skynet.ret(skynet.pack(versions.current()))

        else
            -- Forward to current handler
            current_handler.handle_message(session, source, cmd, ...)
        end
    end)

    skynet.register("HOT_RELOADABLE")
end)
