-- The auditor without its fault: an entry without an amount is passed.
local skynet = require "skynet"

local entries = {}
local commands = {}

function commands.record(entry)
    entries[#entries + 1] = entry
end

function commands.audit()
    local sum, i = 0, 1
    while i <= #entries do
        local entry = entries[i]
        if entry.amount then
            sum = sum + entry.amount
        end
        i = i + 1
    end
    return sum
end

skynet.start(function()
    skynet.dispatch("lua", function(session, _, command, ...)
        local result = commands[command](...)
        if session ~= 0 then
            skynet.ret(skynet.pack(result))
        end
    end)
end)
