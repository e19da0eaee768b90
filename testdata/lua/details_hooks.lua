local function p(...) print(...) end
-- The lines and names that hooks see.
local function e(f, ...) print(pcall(f, ...)) end
-- hooks
do
  local log = {}
  local function f(a)
    local b = a + 1
    if b > 2 then
      b = b * 2
    end
    for i = 1, 2 do
      b = b + i
    end
    while b < 20 do b = b + 5 end
    repeat b = b - 1 until b < 15
    return b
  end
  debug.sethook(function(ev, line) log[#log + 1] = ev .. ":" .. tostring(line) end, "l") f(1) f(5) debug.sethook()
  p(table.concat(log, " ")) log = {}
  debug.sethook(function(ev, line) local i = debug.getinfo(2, "nSl") log[#log + 1] = ev .. ":" .. tostring(i.name) .. ":" .. i.what .. ":" .. i.currentline end, "cr") f(1) string.rep("x", 2) pcall(f, 3) debug.sethook()
  p(table.concat(log, " ")) log = {}
  local n = 0 debug.sethook(function(ev) n = n + 1 end, "", 10) for i = 1, 100 do f(i) end debug.sethook() p(n > 100, debug.gethook())
  local function tail(n) if n == 0 then return 1 end return tail(n - 1) end
  debug.sethook(function(ev) log[#log + 1] = ev end, "cr") tail(3) debug.sethook() p(table.concat(log, " ")) log = {}
  local co = coroutine.create(function(x) local y = x + 1 coroutine.yield(y) local z = 1 error("oops") end)
  debug.sethook(co, function(ev, l) log[#log + 1] = ev .. tostring(l) end, "lcr") coroutine.resume(co, 1) coroutine.resume(co) p(table.concat(log, " ")) log = {}
  p(debug.traceback(co)) p(debug.traceback(co, "m")) p(debug.traceback(co, "m", 1)) p(debug.traceback(co, nil)) p(debug.traceback(co, 5))
  local ok, m = pcall(function() debug.sethook(function() debug.sethook() error("from hook") end, "l") local x = 1 
   return x end) debug.sethook() p(ok, m)
  debug.sethook(print, "c") debug.sethook() e(debug.sethook, 1, "l") e(debug.sethook, print, 1, "x") debug.sethook() e(debug.sethook, print)
  -- What a pcall's own return hook raises goes to the pcall around it, wherever it runs.
  local function outside(...) debug.sethook() p(...) end
  local raise
  local function raising(...) outside(pcall(raise, ...)) end
  function raise(event, number, call, ...)
    local n = 0
    debug.sethook(function() n = n + 1 if n == number then debug.sethook() error("at " .. number) end end, event)
    local function inner(...) local ok, m = pcall(call, ...) debug.sethook() return "inner", ok, m end
    local ok, where, m, more = pcall(inner, ...) debug.sethook()
    return event, number, n, ok, where, m, more
  end
  for _, event in ipairs {"c", "r", "cr"} do
    for number = 1, 8 do
      raising(event, number, tostring, 1) raising(event, number, error, "x") raising(event, number, pcall, tostring, 1)
      raising(event, number, xpcall, error, tostring, "x")
      coroutine.wrap(raising)(event, number, tostring, 1) coroutine.wrap(raising)(event, number, error, "x")
      coroutine.wrap(raising)(event, number, xpcall, tostring, print, 1)
      coroutine.wrap(raising)(event, number, coroutine.wrap(function(x) return x end), 5)
    end
  end
end
