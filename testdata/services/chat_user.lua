-- A member of the chat room: launched with the member's id, it registers as
-- USER_<id> and keeps what the room delivers.
local skynet = require "skynet"

local user_id = ...
local inbox = {}
local handlers = {}

function handlers.deliver_message(message)
    table.insert(inbox, message)
end

-- Gives the delivered messages and forgets them.
function handlers.read()
    local messages = inbox
    inbox = {}
    return messages
end

function handlers.shutdown()
    skynet.exit()
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        local handler = handlers[cmd]
        if session == 0 then
            if handler then handler(...) end
        elseif handler then
            skynet.retpack(handler(...))
        else
            skynet.retpack(false, "Unknown command")
        end
    end)

    skynet.register("USER_" .. user_id)
end)
