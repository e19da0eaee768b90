-- compress_table: the same table, smaller. reference: none
local function keys(t)
  local list = {}
  for k in pairs(t) do list[#list + 1] = tostring(k) end
  table.sort(list)
  return table.concat(list, " ")
end

-- A map of which most is gone, in an array that was filled from its end.
local t = {}
for i = 100, 1, -1 do t[i] = {id = i, kind = "k" .. i % 3} end
for i = 1, 1000 do t["name" .. i] = i end
for i = 4, 1000 do t["name" .. i] = nil end
local first = t[1]
local before = collectgarbage("count")
local same = compress_table(t)
local after = collectgarbage("count")
print(same == t, t[1] == first, #t, t[100].id, t[50].kind, t.name1, t.name4)
print(select("#", compress_table(t)), before - after > 40)
local n = 0
for k in pairs(t) do n = n + 1 end
print(n)

-- It goes on as before.
t[#t + 1] = "more"
t.name4, t.name1 = 4, nil
table.insert(t, 1, "first")
print(#t, t[1], t[2] == first, t[102], t.name1, t.name4)

-- Holes, keys of every kind, metatables, cycles, tables as keys.
local key = {}
local meta = {__index = function(_, k) return "missing " .. tostring(k) end}
local u = setmetatable({1, nil, 3, nil, [0] = "zero", [-1] = "minus", [1.5] = "half", [true] = "yes", [key] = {key}}, meta)
u.self = u
local length = #u
print(compress_table(u) == u, #u == length, u[1], u[3], u[0], u[-1], u[1.5], u[true], u[key][1] == key, u.self == u, u.nothing)
print(getmetatable(u) == meta, keys(setmetatable({b = 1, a = 2}, nil)))

-- Strings stay what they are.
local long = ("x"):rep(1000)
local s = compress_table {long:sub(1, 100), long:sub(1, 100), "a", "a", "\0", ""}
print(#s[1], s[1] == s[2], s[3] == s[4], #s[5], #s[6])
print(#compress_table {}, next(compress_table {}))

print(pcall(compress_table))
print(pcall(compress_table, "text"))
