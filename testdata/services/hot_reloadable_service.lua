-- A service that can take new code for its messages: service_impl.lua beside it.
local skynet = require "skynet"
local service_version = 1

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
            current_handler = new_handler
            service_version = service_version + 1

            skynet.ret(skynet.pack(true, service_version))

        elseif cmd == "get_version" then
            skynet.ret(skynet.pack(service_version))

        else
            -- Forward to current handler
            current_handler.handle_message(session, source, cmd, ...)
        end
    end)

    skynet.register("HOT_RELOADABLE")
end)
