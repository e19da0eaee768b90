-- table.sort, as the comparator and whoever catches its errors see it.
local function show(t, n)
  local s = {}
  for i = 1, n or #t do s[i] = type(t[i]) == "table" and "t" .. (t[i].n or "?") or tostring(t[i]):gsub("%-nan", "nan") end
  return table.concat(s, " ")
end

local state = 7
local function random(n) state = (state * 16807) % 2147483647 return state % n + 1 end

-- What a comparator sees, and what an error leaves.
for n = 2, 12 do
  local t = {}
  for i = 1, n do t[i] = random(9) end
  print(n, show(t))
  local seen = {}
  print(pcall(table.sort, t, function(a, b) seen[#seen + 1] = a .. "<" .. b .. "[" .. show(t) .. "]" return a < b end))
  print(table.concat(seen, " "), show(t))
  for i = 1, n do t[i] = random(9) end
  local calls = 0
  print(pcall(table.sort, t, function(a, b) calls = calls + 1 if calls > n then error("enough", 0) end return a < b end), show(t))
end

-- Orders that are none.
for k, less in ipairs { function() return true end, function() return false end, function(a, b) return a <= b end,
  function(a, b) return (a + b) % 3 == 0 end, function(a, b) return a % 2 < b % 2 end, function() return random(2) == 1 end } do
  for n = 1, 40, 3 do
    local t = {}
    for i = 1, n do t[i] = random(20) end
    print(k, n, pcall(table.sort, t, less))
    print(show(t))
  end
end

-- Numbers that are none, zeros, and equal elements.
for n = 3, 30, 3 do
  local t = {}
  for i = 1, n do t[i] = ({0, -0, 0/0, 1, 2, 1/0, -1/0})[random(7)] end
  print(pcall(table.sort, t))
  print(show(t))
  for i = 1, n do t[i] = ({0, -0, 1})[random(3)] end
  table.sort(t)
  print(show(t))
  for i = 1, n do t[i] = {n = i, key = random(3)} end
  table.sort(t, function(a, b) return a.key < b.key end)
  print(show(t))
end

-- Comparators that change the list, lengths that are made up.
for n = 3, 20 do
  local t = {}
  for i = 1, n do t[i] = random(50) end
  print(pcall(table.sort, t, function(a, b) t[random(n)] = random(50) return a < b end))
  print(show(t, n))
end
print(pcall(table.sort, setmetatable({3, 2, 1}, {__len = function() return 5 end})))
print(pcall(table.sort, setmetatable({3, 2, 1}, {__len = function() return 2 ^ 31 end})))
print(pcall(table.sort, setmetatable({3, 2, 1}, {__len = function() return 2 end})))
local t = setmetatable({3, 2, 1, 9}, {__len = function() return 2 end})
table.sort(t)
print(rawlen(t), t[1], t[2], t[3], t[4])
print(pcall(table.sort, {1, 2, "x", 3}), pcall(table.sort, {{}, {}, {}}), pcall(table.sort, {true, false}))
