-- Message handlers: what they get and give, and what becomes of errors in them.
local n
local cases = {
 function() return xpcall(error, function(m) error(m) end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 error(m) end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 5 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 150 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 190 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 195 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 200 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 210 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 230 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 return xpcall(error, function(m) n = n + 1 if n < 1000 then error("again") end return "fine " .. n end, "x") end,
 function() n = 0 local ms = {} local ok, r = xpcall(error, function(m) n = n + 1 ms[n] = m error("e" .. n, 0) end, "x") print(#ms, ms[1], ms[2], ms[#ms-1], ms[#ms]) return ok, r end,
 function() n = 0 local ms = {} local ok, r = xpcall(error, function(m) n = n + 1 ms[n] = m local x = nil + 1 end, "x") print(#ms, ms[1], ms[2], ms[#ms-1], ms[#ms]) return ok, r end,
 function() n = 0 local ms = {} local ok, r = xpcall(error, function(m) n = n + 1 ms[n] = m if n > 100 then return n .. tostring(m) end local x = nil + 1 end, "x") print(#ms, ms[1], ms[2], ms[#ms-1], ms[#ms]) return ok, r end,
 function() return xpcall(error, function(m) local function f() return f() + 1 end return f() end, "x") end,
 function() return xpcall(error, function(m) return (xpcall(error, function(m) error(m) end, "y")) end, "x") end,
 function() return xpcall(error, function(m) return select(2, xpcall(error, function(m) error(m) end, "y")) end, "x") end,
 function() return xpcall(error, function(m) return pcall(error, m) end, "x") end,
 function() return xpcall(error, error, "x") end,
 function() return xpcall(error, error) end,
 function() return xpcall(error, print, "p") end,
 function() return xpcall(error, 42, "p") end,
 function() return xpcall(error, nil, "p") end,
 function() return xpcall(error, {}, "p") end,
 function() return xpcall(error, setmetatable({}, {__call = function(self, m) return "called " .. tostring(m) end}), "p") end,
 function() return xpcall(error, setmetatable({}, {__call = function(self, m) error("in call") end}), "p") end,
 function() return xpcall(error, setmetatable({}, {__call = 42}), "p") end,
 function() return xpcall(error, coroutine.yield, "p") end,
 function() local co = coroutine.wrap(function() return xpcall(error, coroutine.yield, "p") end) return co() end,
 function() local co = coroutine.wrap(function() return xpcall(error, function(m) coroutine.yield(m) end, "p") end) return co() end,
 function() local co = coroutine.wrap(function() return xpcall(error, function(m) return coroutine.wrap(function() coroutine.yield(m .. "!") end)() end, "p") end) return co() end,
 function() local function f() return f() end local function g() return 1 + g() end return xpcall(g, function(m) return #m < 400 end) end,
 function() local function g() return 1 + g() end return xpcall(g, function(m) return 1 + g() end) end,
 function() local d = 0 local function g() d = d + 1 return 1 + g() end local ok, m = xpcall(g, function(m) local function h(i) if i == 0 then return 0 end return 1 + h(i - 1) end return h(50) end) return ok, m end,
 function() local d = 0 local function g() d = d + 1 return 1 + g() end local ok, m = xpcall(g, function(m) local function h(i) if i == 0 then return 0 end return 1 + h(i - 1) end return h(5000) end) return ok, m end,
 function() return xpcall(string.gsub, function(m) return "h:" .. m end, "aaa", "a", function() error("in gsub") end) end,
 function() return xpcall(table.sort, function(m) return "h:" .. tostring(m) end, {3,2,1}, function() error("in sort", 0) end) end,
 function() return xpcall(table.sort, function(m) error(m, 0) end, {3,2,1}, function() error("in sort", 0) end) end,
 function() return xpcall(table.sort, function(m) local a = nil .. "x" end, {3,2,1}, function() error("in sort", 0) end) end,
 function() return xpcall(function() error(setmetatable({}, {__tostring = function() return "obj" end})) end, function(m) return tostring(m) end) end,
 function() return xpcall(function() error() end, function(...) return select("#", ...), ... end) end,
 function() return xpcall(function() error(nil) end, function(...) return nil, 1 end) end,
 function() return xpcall(function() assert(false) end, function(m) return m .. "|" end) end,
 function() return xpcall(function() assert(nil, {}) end, type) end,
 function() return xpcall(function() assert(false, "m", 2) end, function(...) return select("#", ...) end) end,
 function() return select("#", xpcall(function(...) return ... end, print, 1, nil, nil)) end,
}
for i, f in ipairs(cases) do
  if type(f) == "function" then
    n = nil
    local r = table.pack(pcall(f))
    for k = 1, r.n do r[k] = tostring(r[k]):gsub("0x%x+", "ADDR") end
    print(i, table.concat(r, "\t"), n)
  end
end

do
local n, ms
local function handler(m) n = n + 1 ms[n] = m error("e" .. n, 0) end
local function arith(m) n = n + 1 ms[n] = m local x = nil + 1 end
local function tbl(m) n = n + 1 ms[n] = type(m) error({}) end
local function deep(m) n = n + 1 ms[n] = m local function f() error("deep", 0) end f() end
local function viapcall(m) n = n + 1 ms[n] = m pcall(error) error("p" .. n, 0) end
local function viameta(m) n = n + 1 ms[n] = m local t = setmetatable({}, {__add = function() error("meta", 0) end}) return t + 1 end
local function viaidx(m) n = n + 1 ms[n] = m local t = setmetatable({}, {__index = function() error("meta", 0) end}) return t.x end
local function viasort(m) n = n + 1 ms[n] = m table.sort({1,2,3}, function() error("sort", 0) end) end
local function viafor(m) n = n + 1 ms[n] = m for i in function() error("for", 0) end do end end
local function wrapped(f, k) if k == 0 then return f() end return (select(2, pcall(wrapped, f, k - 1))) end
local function run(name, h, body, ...)
  n, ms = 0, {}
  local r = table.pack(xpcall(body or error, h, ...))
  print(name, n, ms[1], ms[2], ms[n - 1], ms[n], r[1], r[2])
  local at
  for i = 1, n do if tostring(ms[i]):find("overflow") then print("  overflow at", i, ms[i]) end end
end
local hs = {handler = handler, arith = arith, tbl = tbl, deep = deep, viapcall = viapcall, viameta = viameta, viaidx = viaidx, viasort = viasort, viafor = viafor}
local names = {} for k in pairs(hs) do names[#names + 1] = k end table.sort(names)
for _, name in ipairs(names) do
  run(name, hs[name], nil, "x")
  run(name .. " lua", hs[name], function() error("in lua") end)
  run(name .. " arith", hs[name], function() return nil .. "x" end)
  run(name .. " meta", hs[name], function() return setmetatable({}, {__index = function() error("m") end}).x end)
  wrapped(function() run(name .. " wrapped", hs[name], nil, "x") end, 10)
  coroutine.wrap(function() run(name .. " co", hs[name], nil, "x") end)()
  coroutine.wrap(function() coroutine.wrap(function() run(name .. " coco", hs[name], nil, "x") end)() end)()
  for _ in function(_, i) if not i then run(name .. " for", hs[name], nil, "x") return 1 end end do end
  table.sort({1, 2}, function() run(name .. " sort", hs[name], nil, "x") end)
  string.gsub("a", "a", function() pcall(run, name .. " gsub", hs[name], nil, "x") end)
  local _ = setmetatable({}, {__index = function() run(name .. " idx", hs[name], nil, "x") end}).x
end
end
