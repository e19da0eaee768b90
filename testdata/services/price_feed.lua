-- Gives prices, and gives up when it is told something that it does not understand.
local skynet = require "skynet"

local prices = { tea = 3, cake = 5 }
local commands = {}

function commands.price(name)
    return prices[name]
end

function commands.set(name, price)
    prices[name] = price + 0 -- a price that is no number is an error
    return prices[name]
end

-- The source is gone: without it there is nothing to do.
function commands.lost()
    skynet.error("the source of the prices is gone")
    skynet.exit()
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(commands[command](...))
    end)
    skynet.register "FEED"
end)
