-- Takes orders; one without a price is an error, which "try" catches.
local skynet = require "skynet"
local orders = {}
local shop = {}
local commands = {}

function shop:total(order)
    local sum = 0
    for _, item in ipairs(order) do
        sum = sum + item.price * item.count
    end
    return sum
end

function commands.order(...)
    local order = { ... }
    orders[#orders + 1] = order
    return shop:total(order)
end

function commands.try(...)
    local ok, total = pcall(commands.order, ...)
    return ok and total or "refused"
end

function commands.check(order)
    error({ code = 7 })
end

function commands.sorted(list)
    table.sort(list, function(a, b) return a.price < b.price end)
    return list[1].name
end

function commands.many(count)
    local order = {}
    for i = 1, count do
        order[i] = { price = 1, count = 1 }
    end
    return shop:total(order)
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(commands[command](...))
    end)
end)
