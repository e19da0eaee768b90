-- Raises errors that are no strings; most have a text all the same.
local skynet = require "skynet"

local function object(tostring) return setmetatable({}, { __tostring = tostring }) end

local kinds = {
  text = object(function() return "not enough gold" end),
  number = object(function() return 42 end),
  escapes = object(function() return "red\27[31m\n00:00:00 [:00000001] forged" end),
  long = object(function() return ("gold "):rep(1000000) end),
  asks = object(function() return skynet.call(skynet.self(), "lua", "text") end),
  loops = object(function() while true do end end),
  raises = object(function() error "no text" end),
  sleeps = object(function() skynet.sleep(100) return "late" end),
  yields = object(function() return coroutine.yield() end),
  notext = object(function() return {} end),
  uncallable = object "not enough gold",
  plain = {},
  boolean = false,
}

local commands = {}
function commands.fail(kind) error(kinds[kind]) end
function commands.fork(kind) skynet.fork(error, kinds[kind]) end
function commands.keep() kept = setmetatable({}, { __gc = function() error(kinds.text) end }) end
function commands.ask(kind) return pcall(skynet.call, skynet.self(), "lua", "fail", kind) end
function commands.length(kind)
  local _, text = commands.ask(kind)
  return #text, text:sub(-30)
end

skynet.start(function()
  skynet.dispatch("lua", function(_, _, name, ...) skynet.retpack(commands[name](...)) end)
end)
