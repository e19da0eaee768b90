-- The chat room: rooms, their members and the last messages of each. A member
-- is told what happens in the room through the service USER_<id>, if there is
-- one (see chat_user.lua).
local skynet = require "skynet"

local rooms = {}
local users = {}
local message_handlers = {}

-- Helper functions
local function broadcast_to_room(room_id, message)
    local room = rooms[room_id]
    if not room then return end

    for user_id, _ in pairs(room.users) do
        local user_service = skynet.query("USER_" .. user_id)
        if user_service then
            skynet.send(user_service, "lua", "deliver_message", message)
        end
    end
end

-- Message handlers
function message_handlers.join(user_id, room_id, user_name)
    if not rooms[room_id] then
        rooms[room_id] = {
            users = {},
            messages = {},
            created = skynet.time()
        }
    end
    if users[user_id] and users[user_id].room ~= room_id then message_handlers.leave(user_id) end
    rooms[room_id].users[user_id] = {
        name = user_name,
        joined = skynet.time()
    }

    users[user_id] = {
        room = room_id,
        name = user_name
    }

    -- Broadcast join message
    broadcast_to_room(room_id, {
        type = "join",
        user = user_name,
        time = skynet.time()
    })

    return true
end

function message_handlers.message(user_id, text)
    local user = users[user_id]
    if not user or not user.room then
        return false, "User not in room"
    end

    local message = {
        type = "message",
        user = user.name,
        text = text,
        time = skynet.time()
    }

    -- Add to room history
    table.insert(rooms[user.room].messages, message)

    -- Keep only last 100 messages
    if #rooms[user.room].messages > 100 then
        table.remove(rooms[user.room].messages, 1)
    end

    -- Broadcast to room
    broadcast_to_room(user.room, message)

    return true
end

function message_handlers.leave(user_id)
    local user = users[user_id]
    if not user then return true end

    if user.room and rooms[user.room] then
        rooms[user.room].users[user_id] = nil

        -- Broadcast leave message
        broadcast_to_room(user.room, {
            type = "leave",
            user = user.name,
            time = skynet.time()
        })

        -- Clean up empty rooms
        if next(rooms[user.room].users) == nil then
            rooms[user.room] = nil
        end
    end

    users[user_id] = nil
    return true
end

-- Service entry
skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        local handler = message_handlers[cmd]
        if handler then
            local ok, result = pcall(handler, ...)
            if ok then
                skynet.ret(skynet.pack(result))
            else
                skynet.error("Message handler error:", cmd, result)
                skynet.ret(skynet.pack(false, "Handler error"))
            end
        else
            skynet.ret(skynet.pack(false, "Unknown command"))
        end
    end)

    -- Register service
    skynet.register("CHAT_ROOM_SERVICE")
end)
