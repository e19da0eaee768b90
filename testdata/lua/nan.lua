-- What is no number, and its sign: where it comes from, and how it is written.
local inf, zero = math.huge, 0
local values = { zero / zero, -(zero / zero), inf, -inf, 0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 1e308, -1e308, 3, -3.5 }

-- One letter for each result: N is nan, n is -nan, a dot is a number. Of two that are
-- none, C's compiler chooses.
local function letters(f, y)
  local line = {}
  for _, x in ipairs(values) do
    local ok, result = pcall(f, x, y)
    local both = x ~= x and y ~= y
    line[#line + 1] = not ok and "e" or result == result and "." or both and "*" or tostring(result) == "nan" and "N" or "n"
  end
  return table.concat(line)
end

for _, name in ipairs { "abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "deg", "exp", "floor",
  "frexp", "log", "log10", "modf", "rad", "sin", "sinh", "sqrt", "tan", "tanh" } do
  print(name, letters(math[name]))
end
for _, name in ipairs { "atan2", "fmod", "ldexp", "log", "max", "min", "pow" } do
  for _, y in ipairs(values) do
    if name ~= "ldexp" or y == y and math.abs(y) < 1000 then print(name, y, letters(math[name], y)) end
  end
end
for _, operator in ipairs { "x + y", "x - y", "x * y", "x / y", "x % y", "x ^ y", "y - x", "y / x", "y % x", "y ^ x", "-x" } do
  local f = load("local x, y = ... return " .. operator)
  for _, y in ipairs(values) do print(operator, y, letters(f, y)) end
end

for _, text in ipairs { "0/0", "-(0/0)", "1e999-1e999", "-1e999+1e999", "0*1e999", "1e999%2", "1%0", "(-1)^0.5",
  "-0/0", "0/0+1", "1-0/0", "-(1e999-1e999)", "1e999/1e999", "-1e999/1e999" } do
  local x = load("return " .. text)()
  print(text, x, -x, x .. "", tostring(-x), table.concat({ x, -x }, " "))
end
for _, format in ipairs { "%f", "%g", "%.14g", "%e", "%a", "%5.1f", "%+f", "% f", "%010f", "%-10gx", "%G", "%E", "%A",
  "%s", "%q", "%5s", "%d", "%x", "%i", "%o", "%X", "%.3d" } do
  for i = 1, 4 do print(format, pcall(string.format, format, values[i])) end
end
print(tonumber "nan", tonumber "-nan", tonumber "inf", pcall(rawset, {}, zero / zero, 1))
