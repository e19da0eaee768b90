-- An account. Its balance is changed inside a queue, so that no two changes mix. A
-- transfer stays in its own account's queue while it waits for the other account: two
-- accounts that pay each other at the same time wait for ever.
local skynet = require "skynet"
local queue = require "skynet.queue"

local name, balance = ...
balance = tonumber(balance)

local exclusive = queue()
local account = {}

function account.balance()
    return balance
end

function account.deposit(amount)
    return exclusive(function()
        balance = balance + amount
        return balance
    end)
end

function account.transfer(to, amount)
    return exclusive(function()
        skynet.sleep(10) -- asks whether the customer may
        balance = balance - amount
        skynet.call(to, "lua", "deposit", amount)
        return balance
    end)
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, command, ...)
        skynet.retpack(account[command](...))
    end)
    skynet.register(name)
end)
