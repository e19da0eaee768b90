-- Beyond Lua 5.2: table.move (5.3) and table.deepcopy.
-- reference: none
print(table.concat(table.move({1, 2, 3}, 1, 3, 2), " "))
print(table.concat(table.move({1, 2, 3, 4}, 2, 4, 1), " "))
print(table.concat(table.move({1, 2, 3}, 1, 3, 1, {}), " "), #table.move({1}, 1, 0, 5))
print(pcall(table.move, {}, 1, 2))
print(pcall(table.move, {}, -1, 2^53, 1))
print(pcall(table.move, {}, 1, 2, 2^53))
local log = {}
table.move(setmetatable({}, {__index = function(_, k) return k * 10 end}), 1, 2, 1,
  setmetatable({}, {__newindex = function(_, k, v) log[#log + 1] = k .. "=" .. v end}))
print(table.concat(log, " "))

local shared, meta = {name = "shared"}, {__index = {inherited = true}}
local original = setmetatable({1, 2, {deep = {deeper = "x"}}, a = shared, b = shared, f = print}, meta)
original.self = original
original[shared] = "table as key"
local copy = table.deepcopy(original)
print(copy ~= original, copy.self == copy, copy.a == copy.b, copy.a ~= shared, copy.a.name)
print(copy[3].deep.deeper, copy[3] ~= original[3], copy.f == print, #copy, copy.inherited, getmetatable(copy) == meta)
print(copy[copy.a], copy[shared])
print(table.deepcopy(5), table.deepcopy(nil), pcall(table.deepcopy))
local list = {}
for i = 1, 200000 do list = {list} end
print(type(table.deepcopy(list)))
