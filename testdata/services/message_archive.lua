-- A room's messages, kept for a while, with an index of them by author. It loses memory:
-- old messages leave the room, but nobody takes them out of the index (docs/heap.md finds
-- that out).
local skynet = require "skynet"

local KEPT = 100 -- messages of each room

local rooms = {}
local index = { authors = {} }
local commands = {}

-- post keeps a message.
function commands.post(room_name, author, text)
    local room = rooms[room_name]
    if not room then
        room = { messages = {}, posted = 0 }
        rooms[room_name] = room
    end
    room.posted = room.posted + 1
    local message = { id = room.posted, author = author, text = text, at = skynet.time() }
    table.insert(room.messages, message)
    if #room.messages > KEPT then table.remove(room.messages, 1) end

    local written = index.authors[author] or {}
    index.authors[author] = written
    written[#written + 1] = message
    return room.posted
end

-- flood posts so many messages of one author.
function commands.flood(room_name, author, count)
    for i = 1, count do
        commands.post(room_name, author, "message " .. i .. " of " .. author .. ", which says nothing")
    end
    return rooms[room_name].posted
end

-- by tells how many messages of an author can be found.
function commands.by(author)
    return #(index.authors[author] or {})
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(commands[command](...))
    end)
    skynet.register "ARCHIVE"
end)
