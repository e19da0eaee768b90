-- Sells what a server of the network says is in stock.
local skynet = require "skynet"
local http = require "http"
local json = require "json"

skynet.start(function()
    skynet.register "SHOP"
    skynet.dispatch("lua", function(_, _, what, amount)
        local ok, answer = pcall(http.get, "http://stock.example/" .. what)
        if not ok then
            skynet.error("the stock is unknown: " .. answer)
            return skynet.retpack(false, "try again later")
        end
        local stock = json.decode(answer.body)
        if amount > stock.left then return skynet.retpack(false, "only " .. stock.left .. " left") end
        http.request { url = "http://stock.example/" .. what, json = { take = amount } }
        skynet.retpack(true, amount * stock.price)
    end)
end)
