-- The debug library.
local function f(a, b, ...) local c = a; local info = debug.getinfo(1); return info, c end
local info = f(1, 2, 3)
print(info.short_src:match("[^/]*$"), info.source:sub(1, 1), info.what, info.currentline, info.linedefined, info.lastlinedefined, info.nups, info.nparams, info.isvararg, info.name, info.namewhat, info.istailcall, info.func == f)
info = debug.getinfo(print); print(info.what, info.short_src, info.source, info.currentline, info.linedefined, info.nups, info.isvararg, info.nparams)
print(debug.getinfo(1, "l").currentline, debug.getinfo(1, "S").what, debug.getinfo(100), debug.getinfo(1, "n").name)
print(pcall(debug.getinfo, 1, "X")); print(pcall(debug.getinfo, "x"))
local lines = {}; for l in pairs(debug.getinfo(f, "L").activelines) do lines[#lines + 1] = l end; print(#lines, lines[1])
local function locals(a, ...) local x, y = 10, 20; local names = {}; for i = 1, 3 do local n, v = debug.getlocal(1, i); names[#names + 1] = n .. "=" .. tostring(v) end; debug.setlocal(1, 2, 99); return table.concat(names, " "), x, debug.getlocal(1, -1) end
print(locals(5, "extra")); print(debug.getlocal(locals, 1), debug.getlocal(locals, 2)); print(pcall(debug.getlocal, 50, 1)); print(debug.getlocal(1, 200))
local up1, up2 = 1, 2
local function g() return up1, up2 end
local function h() return up2 end
print(debug.getupvalue(g, 1)); print(debug.getupvalue(g, 3)); print(debug.setupvalue(g, 1, "set"), up1, debug.getupvalue(print, 1))
print(debug.upvalueid(g, 2) == debug.upvalueid(h, 1), debug.upvalueid(g, 1) == debug.upvalueid(h, 1)); debug.upvaluejoin(h, 1, g, 1); print(h())
print(pcall(debug.upvalueid, g, 5)); print(pcall(debug.upvaluejoin, print, 1, g, 1))
print(debug.getmetatable("").__index == string, debug.setmetatable(10, {__index = {double = function(n) return n * 2 end}}), (5):double()); debug.setmetatable(10, nil)
print(type(debug.getregistry()), debug.getuservalue(io.stdout))
print((debug.traceback("message", 1):gsub("[^\n\t]*/", ""):gsub("\n\t%[C%]: in %?$", ""))); print(debug.traceback({}) ~= nil, debug.traceback(nil):sub(1, 16), debug.traceback(12):sub(1, 3))
local co = coroutine.create(function(x) local y, yield = x * 2, coroutine.yield; yield(y) end); coroutine.resume(co, 4)
print((debug.traceback(co):gsub("[^\n\t]*/", ""))); print(debug.getlocal(co, 1, 1)); print(debug.getlocal(co, 1, 2)); print(debug.getinfo(co, 1, "l").currentline)
local count = 0; debug.sethook(function(e, l) count = count + 1 end, "l")
local a = 1
local b = 2
debug.sethook(); print(count, debug.gethook())
local events = {}; debug.sethook(function(e) events[#events + 1] = e end, "cr"); math.floor(1); debug.sethook(); print(table.concat(events, " "))
count = 0; debug.sethook(function() count = count + 1 end, "", 100); for i = 1, 1000 do end; debug.sethook(); print(count > 5)
