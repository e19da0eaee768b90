-- The order in which small whole numbers of a constructor are visited, as far as the
-- reference implementations of 5.2 and 5.4 agree on it.
local function visit(text)
  local keys = {}
  for k in pairs(load("return {" .. text .. "}")()) do keys[#keys + 1] = string.format("%.0f", k) end
  print(text, table.concat(keys, " "))
end
visit "[0]=1"
visit "[0]=1, [1]=2, [2]=3"
visit "10, [0]=0, [1]=1, [2]=2"
for elements = 0, 3 do
  local text = ("1, "):rep(elements)
  for a = 0, 9 do
    for b = 0, 9 do
      if a ~= b and (a == 0 or a > elements) and (b == 0 or b > elements) then
        visit(text .. "[" .. a .. "]=1, [" .. b .. "]=2")
      end
    end
  end
end

-- More keys in other orders: 021 is [0]=1, [2]=2, [1]=3.
local function items(keys)
  local list = {}
  for key in keys:gmatch "%d" do list[#list + 1] = "[" .. key .. "]=" .. #list + 1 end
  return table.concat(list, ", ")
end
for keys in ([[021 102 012 103 013 104 014 150 105 015 106 016 107 017 180 810 801 081 108 018 109
  019 024 502 052 027 802 082 580 508 058 451 541 571 751 815 185 951 452 542 482 842 572 752 582
  782 872 574 754 547 457 584 548 458 784 874 847 487 587 758 578 895 985]]):gmatch "%d+" do
  visit(items(keys))
end
for _, text in ipairs { "[1]=1, [0]=2, b=0, a=0", "[3]=0, 1, 2, [0]=0" } do
  local keys = {}
  for k in pairs(load("return {" .. text .. "}")()) do keys[#keys + 1] = type(k) == "number" and k or nil end
  print(text, table.concat(keys, " "))
end

-- Where the references differ about the rest, they agree about 0 and 1.
for keys in ([[031 041 510 501 051 061 071 091 1230 2130 2310 3210 1320 3120 0231 0321 0312 1032 0132
  0213 1023 0123 10 01]]):gmatch "%d+" do
  local before = {}
  for k in pairs(load("return {" .. items(keys) .. "}")()) do
    if k < 2 then before[#before + 1] = string.format("%.0f", k) end
  end
  print(items(keys), table.concat(before, " "))
end
