-- Beyond Lua 5.2: a module's chunk, and load's reader, may be suspended.
-- reference: none
package.path = "./?.lua"
local co = coroutine.wrap(function() return require "modules.waits" end)
print(co()); print(co())
co = coroutine.wrap(function() return load(function() return coroutine.yield("piece") end)() end)
print(co()); print(co("return ")); print(co("7")); print(co(nil))
co = coroutine.wrap(function() for k, v in pairs(setmetatable({}, {__pairs = function(t) coroutine.yield("pairs") return next, {5}, nil end})) do print(k, v) end end)
print(co()); co()
