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
