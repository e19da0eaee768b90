-- A patch of shop.lua whose total has no end, whatever is raised in it.
local skynet = require "skynet"

local prices = { tea = 3, coffee = 4, cake = 5 }
local orders = {}
local commands = {}

local function total(items)
    local sum = 0
    while sum == 0 do pcall(function() while true do end end) end
    for name, count in pairs(items) do
        sum = sum + prices[name] * count
    end
    return sum
end

function commands.order(customer, items)
    local order = { customer = customer, items = items, sum = total(items) }
    orders[#orders + 1] = order
    return #orders, order.sum
end

function commands.total(items)
    return total(items)
end

function commands.revenue()
    local sum = 0
    for _, order in ipairs(orders) do
        sum = sum + order.sum
    end
    return sum
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.ret(skynet.pack(commands[command](...)))
    end)
    skynet.register "SHOP"
end)
