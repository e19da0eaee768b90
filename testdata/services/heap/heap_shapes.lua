-- A service with everything that may hold memory.
local skynet = require "skynet"
local shelf = require "shelf"

local function text(of, n) return (of .. " "):rep(n) end

local odd = {
    ["a b"] = text("blank", 200),
    ["\27[31mred\n"] = text("escape", 190),
    [-1] = text("negative", 180),
    [2.5] = text("fraction", 170),
    [true] = text("truth", 160),
    ["end"] = text("keyword", 150),
}
odd[text("a long key", 40)] = text("under a long key", 40)
odd[{ text("a key", 300) }] = 1

local chain
for i = 1, 1000 do chain = { next = chain, number = i } end

local ring = { first = {}, second = {} }
ring.first.other, ring.second.other = ring.second, ring.first
ring.first.text, ring.second.text = text("first", 100), text("second", 100)

local modes = {
    keys = setmetatable({}, { __mode = "k" }),
    values = setmetatable({}, { __mode = "v" }),
}
modes.keys[odd] = { text("as long as its key", 100) }
modes.keys[{}] = { text("nobody has the key", 100) }
modes.values[1] = { text("nobody has it", 100) }

local object = setmetatable({}, { __index = { text("in a metatable", 100) } })

local function counter(n)
    local counted = { text("counted", n) }
    return function() return counted end
end
local counters = { counter(100), counter(200), counter(300) }

local generator = coroutine.create(function()
    local inside = text("in a coroutine", 100)
    coroutine.yield()
    return inside
end)
coroutine.resume(generator)

skynet.start(function()
    skynet.fork(function()
        local buffer = text("in a task", 400)
        skynet.sleep(100000)
        return buffer
    end)
    for i = 1, 3 do
        local what = text("in a timer", 100 * i)
        skynet.timeout(10000, function() return what end)
    end
    skynet.dispatch("lua", function()
        return shelf, odd, chain, ring, modes, object, counters, generator
    end)
end)
