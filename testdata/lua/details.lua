-- Jumps and closures, yields in metamethods, formats and loops at their limits.
local function p(...) print(...) end
local function e(f, ...) print(select(2, pcall(f, ...))) end
-- goto and closures in loops
do local fs = {} for i = 1, 3 do local j = i ::top:: fs[#fs+1] = function() j = j + 1 return j, i end if #fs % 2 == 1 then goto top end end
for k, f in ipairs(fs) do p(k, f()) p(k, f()) end end
do local k = 0 local fs = {} ::a:: local x = k fs[k+1] = function() x = x + 10 return x end k = k + 1 if k < 3 then goto a end p(fs[1](), fs[1](), fs[2](), fs[3]()) end
do local i = 1 while true do local j = i if i > 3 then break end i = i + 1 if j == 2 then goto cont end p("body", j) ::cont:: end end
do repeat local x = 5 local f = function() return x end if f() == 5 then goto done end until x == f() ::done:: end
-- wrap in metamethods
do
  local mt = {} mt.__add = coroutine.wrap(function(a, b) while true do a, b = coroutine.yield(type(a) .. type(b)) end end)
  local t = setmetatable({}, mt) p(t + 1, 1 + t, t + t)
  mt.__index = coroutine.wrap(function(t, k) while true do t, k = coroutine.yield(k .. "!") end end) p(t.a, t.b)
  mt.__lt = function(a, b) return coroutine.yield("lt") end
  local co = coroutine.wrap(function() if t < t then return "yes" end return "no" end) p(co(), co(false))
  mt.__eq = function() return coroutine.yield("eq") end
  local u = setmetatable({}, mt) co = coroutine.wrap(function() return t == u, t ~= u end) p(co()) p(co(1)) p(co(nil))
  mt.__concat = function(a, b) return coroutine.yield("cat") end co = coroutine.wrap(function() return "x" .. t .. "y" .. 1 end) p(co()) p(co("R")) 
  mt.__call = function(self, ...) return coroutine.yield(...) end co = coroutine.wrap(function() return t(1, 2, 3) end) p(co()) p(co(7, 8))
  mt.__len = function() return coroutine.yield("len") end co = coroutine.wrap(function() return #t end) p(co()) p(co(42))
  mt.__le = nil co = coroutine.wrap(function() return t <= u, t >= u end) p(co()) p(co(true)) p(co(false))
  mt.__newindex = function(t, k, v) coroutine.yield(k, v) rawset(t, k, v) end co = coroutine.wrap(function() t.zz = 5 return t.zz end) p(co()) p(co())
  mt.__unm = function() return coroutine.yield("unm") end co = coroutine.wrap(function() return -t end) p(co()) p(co(9))
  for _, f in ipairs{"table.sort", "string.gsub", "load"} do p(f) end
  p(pcall(table.sort, {3, 2, 1}, function() coroutine.yield() end))
  p(coroutine.resume(coroutine.create(function() table.sort({3, 2, 1}, function() coroutine.yield() end) end)))
  p(coroutine.resume(coroutine.create(function() string.gsub("abc", ".", function() coroutine.yield() end) end)))
end
-- format corners
for _, f in ipairs{"%5d|", "%-5d|", "%05d|", "%+d", "% d", "%+5.3d|", "%-+8.3d|", "%#x", "%#X", "%#o", "%x", "%5.1f|", "%-8.2e|", "%#.0f", "%+g", "%#g", "%G", "%a", "%A", "%.3a", "%10.2a|", "%-20a|", "%c|", "%s", "%q", "%10s|", "%-10s|", "%.2s|", "%10.3s|", "%i", "%u", "%%", "%5%", "%d%", "%", "%z", "%ld", "%123d", "%.123d", "%1234d", "%-#+ 05d", "%-#+ 055d", "% %", "%.d", "%.f", "%.s|", "%..d", "%5", "%n", "%p", "%*d"} do
  for _, v in ipairs{0, 1, -1, 65, 3.5, -0.5, 1e15, 2^53, 1e300, "10", "0x10", "abc", ""} do
    local ok, r = pcall(string.format, f, v) print(f, v, ok, r)
  end
  for _, v in ipairs{1/0, -1/0, 2^31, -2^31, 2^32, 2^63, -2^63, 2^64} do local ok, r = pcall(string.format, f, v) if not f:find("[du ixXoc]") then print(f, v, ok, r) end end
end
for _, v in ipairs{{}, print, true} do e(string.format, "%d", v) e(string.format, "%s|%q", tostring(v):sub(1,4), v) end
e(string.format, "%q", "a\0b\r\n\\\"\200") e(string.format, "%q", 1) e(string.format, "%q") e(string.format, "%d") e(string.format) e(string.format, "%s") e(string.format, "%s", nil)
p(string.format("%q", "\0001\r2\n3\\4\"5\t\1279\1280"))
p(tostring(0/0), tostring(-(0/0)), 0/0 == 0/0, -0, 0, 1/-0, 1/0, string.format("%g %g", 0/0, -(0/0)), math.huge, -math.huge, 2^63, -2^63, 2^53 + 1, 1e15, 1e14, 123456789012345, 0.1, 1/3, 1e-5, 1e100)
p(math.fmod(-6, 4), math.fmod(6, -4), -6 % 4, 6 % -4, 5.5 % -2, -5.5 % 2, 1/0 % 2, 2 % (1/0), -2 % (1/0), 0 % 1, -0 % 1, 5 % 0)
-- for loops
for _, c in ipairs{{1, 3}, {3, 1, -1}, {1, 2, 0.25}, {1, 0}, {1, 1}, {2^53, 2^53 + 4}, {1, 1/0 , 1e308}, {-1/0, 0, 1/0}, {0/0, 1}, {1, 0/0}, {1, 3, 0/0}, {0.1, 1, 0.3}, {10, 1, -3.5}, {"1", "3"}, {1, 3, "2"}, {"a", 1}, {1, "b"}, {1, 2, "c"}, {{}, 1}, {1, 2, {}}} do
  local n, out = 0, {}
  local ok, err = pcall(function() for i = c[1], c[2], c[3] or 1 do n = n + 1 out[n] = tostring(i) if n >= 6 then break end end end)
  p(ok, err, table.concat(out, " "))
end
pcall(function() local n = 0 for i = 1, 2, 0 do n = n + 1 if n > 3 then p("zero step loops") break end end p(n) end)
