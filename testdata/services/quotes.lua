-- Quotes prices. It has a fault: the discount of a loyal customer stays for those who
-- ask after it.
local skynet = require "skynet"

local discount = 0
local commands = {}

function commands.quote(customer, price)
    if customer.loyal then
        discount = 0.1
    end
    return price - price * discount
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(commands[command](...))
    end)
end)
