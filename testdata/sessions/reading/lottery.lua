-- Draws numbers, as many as a file says that the environment names, by the time of day.
local skynet = require "skynet"

math.randomseed(os.time())

skynet.start(function()
    skynet.register "LOTTERY"
    skynet.dispatch("lua", function()
        local path = assert(os.getenv "LOTTERY", "the environment names no LOTTERY")
        local most = tonumber(io.lines(path)())
        skynet.retpack(os.date "%H:%M:%S", math.random(most), math.random(most))
    end)
end)
