-- reference: none
-- Runs the programs of a file, each in an environment of its own, and writes what
-- each prints and how it ends. A program stands behind a line "LENGTH KIND"; one
-- of the kind "bounded" is stopped after a number of instructions; in one of the
-- kind "strained" objects are collected when it says so.
local path = ...
local load, xpcall, type, tostring, select = load, xpcall, type, tostring, select
local write, concat, traceback, sethook = io.write, table.concat, debug.traceback, debug.sethook
local collectgarbage, pcall = collectgarbage, pcall
local gsub, create, resume, ipairs, pairs = string.gsub, coroutine.create, coroutine.resume, ipairs, pairs

local shared = {
  "assert", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "rawequal", "rawget",
  "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall", "_VERSION",
}
local libraries = { "string", "table", "math", "coroutine", "bit32", "debug" }
local maxTicks, maxOutput, maxInstructions = 2000, 10000, 200000

local function environment(out)
  -- A program may change the upvalues of what it is given.
  local concat, gsub, tostring, type, select, maxOutput, maxTicks = concat, gsub, tostring, type, select, maxOutput, maxTicks
  local env, size, ticks = {}, 0, 0
  env._G = env
  for _, name in ipairs(shared) do env[name] = _G[name] end
  for _, name in ipairs(libraries) do
    env[name] = {}
    for key, value in pairs(_G[name]) do env[name][key] = value end
  end
  function env.print(...)
    local line = { ... }
    for i = 1, select("#", ...) do line[i] = tostring(line[i]) end
    out[#out + 1] = concat(line, "\t")
    size = size + #gsub(out[#out], "0x%x+", "") -- addresses are not as long everywhere
    if size > maxOutput then error("too much output", 0) end
  end
  -- Addresses differ from run to run.
  function env.tostring(...)
    local v = ...
    local kind = type(v)
    if kind == "table" or kind == "function" or kind == "thread" then return (tostring(v):gsub("0x%x+", "0xADDRESS")) end
    return tostring(...)
  end
  -- Loops and functions call this, so that all programs end.
  function env.tick()
    ticks = ticks + 1
    if ticks > maxTicks then error("out of time", 0) end
  end
  env.collect = function() collectgarbage() end
  -- Keeps strings from growing.
  function env.cut(s) return #s > 40 and s:sub(1, 40) or s end
  return env
end

local function run(text, kind)
  local out = {}
  local chunk, message = load(text, "=p", "t", environment(out))
  if not chunk then
    out[1] = message
    return out
  end
  if kind == "bounded" then
    sethook(function() error("too many instructions", 0) end, "", maxInstructions)
  end
  local ok, result
  -- Objects are collected when a program says so, and what it left afterwards.
  if kind == "strained" then collectgarbage "stop" end
  if kind == "enclosed" or kind == "strained" then
    ok, result = select(2, resume(create(xpcall), chunk, traceback))
  else
    ok, result = xpcall(chunk, traceback)
  end
  sethook()
  if kind == "strained" then
    while not pcall(collectgarbage) do end
    collectgarbage "restart"
  end
  if not ok or result ~= nil then out[#out + 1] = tostring(ok) .. " " .. tostring(result) end
  return out
end

local file = assert(io.open(path, "rb"))
while true do
  local header = file:read "*l"
  if not header then break end
  local length, kind = header:match "^(%d+) (%a+)$"
  local out = run(file:read(tonumber(length)) or "", kind)
  write("=====\n", concat(out, "\n"), "\n")
  io.stdout:flush() -- a program may crash the reference
  file:read "*l"
end
