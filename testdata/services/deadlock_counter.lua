-- A counter in a bank: it asks for transfers, and clerks ask it.
local skynet = require "skynet"

local counter = {}

function counter.pay(from, to, amount)
    return skynet.call(from, "lua", "transfer", to, amount)
end

function counter.show(account)
    return skynet.call(account, "lua", "deposit", 0)
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(counter[command](...))
    end)
    skynet.register("COUNTER")
end)
