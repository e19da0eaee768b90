-- Every kind of loop and jump, with and without upvalues to close.
local function classify(n)
  if n < 0 then return "negative"
  elseif n == 0 then return "zero"
  elseif n < 10 and n % 2 == 1 then return "small odd"
  elseif not (n >= 10 or n == 8) then return "small even"
  else return "other" end
end

for i = -1, 12, 3 do print(i, classify(i)) end
for i = 3, 1, -1 do
  local captured = i
  local get = function() captured = captured + 1; return captured end
  if get() == 3 then break end
  print(get())
end

local n = 0
while true do
  n = n + 1
  if n > 20 then break end
  if n % 3 == 0 then goto continue end
  do
    local held = n
    local f = function() return held end
    if f() == 7 then goto continue end
  end
  ::continue::
end

repeat
  local done = n > 25
  local keep = function() return done end
  n = n + 1
until keep() and done

for key, value in pairs { x = 1 } do print(key, value) end
for word, _, third in string.gmatch("a b c", "(%a)") do print(word, _, third) end

do
  goto inner
  ::back:: print("back", n); goto out
  ::inner:: n = n + 1
  goto back
  ::out::
end

local a, b, c = nil, false, 0
print(a or b or c, a and b and c, (a or c) and (b or c), not a == not b)
print(a == nil, b ~= nil, c <= 0, c >= 0, c < 1, c > 1, 1 < c, "x" <= "y")
local t = a and 1 or b and 2 or c and 3
if t then print(t) else print "none" end
if not t then print "none" end
while a do end
return classify(n)
