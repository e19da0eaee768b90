-- What an error says of the operand at fault, and what a message handler and a
-- dead coroutine show of the calls on the way.
local function short(trace)
  return (trace:gsub("\n[^\n]*in function 'xpcall'.*", ""):gsub("[^%s<]*/", ""))
end
local function fails(f) print(short(select(2, pcall(f)))) end
local function traced(f) print(select(2, xpcall(f, function(m) return short(debug.traceback(m, 2)) end))) end

-- Two operands that hold the same value.
local outer
fails(function() local a; return nil + a end)
fails(function() local a; return outer + a end)
fails(function() local a, b; return b + a end)
fails(function() local a; return 1 + a end)
fails(function() local a, b; return "x" .. a .. b end)
fails(function() local a = "x"; return a * a end)
-- A value met on the way to what was asked for is no operand.
fails(function() local a = setmetatable({}, {__index = true}); return a.x end)
-- Names that are empty, or end at a zero byte.
fails(function() local a = {}; a[""]() end)
fails(function() local a = {}; a["b\0c"]() end)
fails(function() local a = {}; return a["b\0c"].x end)
fails(function() return "a\0b" + 1 end)

-- Functions that libraries call.
traced(function() table.sort({3, 2, 1}, function(a, b) return a < b.x end) end)
traced(function() ("x"):gsub("x", function() error("inside") end) end)
traced(function() ("x"):gsub("x", function() table.sort({2, 1}, function() string.rep() end) end) end)
traced(function() ("x"):gsub("x", function() print(pcall(error, "caught", 0)) error("not caught") end) end)
traced(function() ("x"):gsub("x", coroutine.wrap(function() ("x"):gsub("x", function() error("wrapped") end) end)) end)
traced(function() return tostring(setmetatable({}, {__tostring = function() error("text") end})) end)
print(xpcall(function() ("x"):gsub("x", error) end, function() return "changed" end))

-- How often a handler is asked.
local asked = 0
print(xpcall(string.gsub, function(m) asked = asked + 1 return m end, "x", "x", function()
  table.sort({2, 1}, function() error("once", 0) end)
end))
print(asked)

local dead = coroutine.create(function()
  ("x"):gsub("x", function() table.sort({2, 1}, function() error("end", 0) end) end)
end)
print(coroutine.resume(dead))
print(short(debug.traceback(dead)))
-- How much of a chunk's text stands for its name.
for length = 44, 46 do
  local chunk = load("error('a')" .. string.rep(" ", length - 10))
  print(select(2, pcall(chunk)), debug.getinfo(chunk, "S").short_src)
end
print(debug.getinfo(load("", "=a\0b"), "S").short_src == "a")
