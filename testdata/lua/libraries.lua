-- The libraries are filled on demand; no Lua code can tell.

local function count(t)
	local n = 0
	for _ in pairs(t) do n = n + 1 end
	return n
end

-- An assignment hides what was there, also before anybody looked at it.
string.format = function() return "mine" end
print(string.format("%d", 1), ("%d"):format(1)) --> mine	mine
string.rep = nil
print(string.rep, rawget(string, "rep"), ("x").rep) --> nil	nil	nil
for i = 1, 100 do string["added" .. i] = i end
for i = 1, 100 do string["added" .. i] = nil end
print(string.rep, rawget(string, "rep")) --> nil	nil
local names = {}
for name in pairs(string) do names[name] = true end
print(names.rep, names.format, names.gsub, names.added1) --> nil	true	true	nil

-- One table under all its names, whichever came first.
print(require "table" == table, package.loaded.table == table, _G.table == table) --> true	true	true
print(package.loaded.math == require "math", math == package.loaded.math) --> true	true
print(package.loaded._G == _G, _G._G == _G, package.loaded == debug.getregistry()._LOADED) --> true	true	true
print(getmetatable("").__index == string, getmetatable(io.stdout) == debug.getregistry()["FILE*"]) --> true	true
print(package.searchers == package.loaders, #package.searchers) --> true	4

-- rawget, next and pairs see what nobody has touched.
print(type(rawget(bit32, "band")), type(next(bit32)), count(bit32)) --> function	string	12
print(type(rawget(_G, "dofile")), rawget(_G, "nothing"), rawlen(os)) --> function	nil	0

-- A traversal may clear fields, and goes on from any field.
for name in pairs(coroutine) do coroutine[name] = nil end
print(next(coroutine), coroutine.create) --> nil	nil
local key = "remove"
local rest = 0
while key do key = next(os, key); rest = rest + 1 end
print(rest >= 1, pcall(next, debug, "nothing")) --> true	false	invalid key to 'next'

-- A library can be used like any other table.
math[1], math[2] = "a", "b"
print(#math, math.max(1, 2), table.concat(math, ",")) --> 2	2	a,b
print(_VERSION, setmetatable(bit32, { __index = function(_, name) return "no " .. name end }).nothing, bit32.bor(1, 2)) --> Lua 5.2	no nothing	3
local environment = setmetatable({}, { __index = _G })
print(load("return type(print), type(tonumber)", "chunk", "t", environment)()) --> function	function
print(tostring(print):match "^function: ", tostring(print) == tostring(print)) --> function: 	true
