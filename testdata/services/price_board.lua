-- Shows prices. It looks for the feed once, when it starts, and keeps its address.
local skynet = require "skynet"

local feed

skynet.start(function()
    feed = assert(skynet.localname ".FEED", "there is no feed")
    skynet.dispatch("lua", function(_, _, name)
        skynet.retpack(skynet.call(feed, "lua", "price", name))
    end)
    skynet.register "BOARD"
end)
