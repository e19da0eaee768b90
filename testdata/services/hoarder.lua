-- A service that keeps what it is given, for trying out memory limits.
-- Its argument is a limit of its own, in bytes.
local skynet = require "skynet"

local limit = ...
if limit then skynet.memlimit(tonumber(limit)) end

local kept = {}
local commands = {}

-- keep holds a string of so many bytes.
function commands.keep(bytes)
    kept[#kept + 1] = string.rep("x", bytes)
    return #kept
end

-- fill makes tables without end, and tells how that ended.
function commands.fill()
    local ok, err = pcall(function()
        local list = {}
        while true do list[#list + 1] = { id = #list, name = "record" } end
    end)
    return ok, err
end

-- fail does the same and lets the error through.
function commands.fail()
    local list = {}
    while true do list[#list + 1] = {} end
end

-- drop forgets everything.
function commands.drop()
    kept = {}
    return #kept
end

function commands.used()
    return collectgarbage("count") < 1024
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(commands[command](...))
    end)
    skynet.register "HOARDER"
end)
