-- The string library but for patterns and string.format.
local function show(...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = type(r[i]) == "string" and string.format("%q", r[i]) or tostring(r[i]) end
  print(table.concat(r, " "))
end
local function try(f, ...) show(pcall(f, ...)) end

print "-- sub, byte"
for i = -6, 7 do
  local r = {}
  for j = -6, 7 do r[#r + 1] = string.sub("hello", i, j) .. "/" .. select("#", string.byte("hello", i, j)) end
  print(i, string.sub("hello", i), string.byte("hello", i), table.concat(r, " "))
end
show(string.byte("\0\1\255", 1, -1))
show(string.sub(12345, 2.7, 4.2), string.sub("abc", "2"), string.sub("abc", 1, nil))
try(string.sub) try(string.sub, "x") try(string.sub, {}, 1) try(string.sub, "abc", {}) try(string.byte, nil)
try(string.byte, ("x"):rep(2e6), 1, -1)

print "-- char, len, reverse, upper, lower"
try(string.char) try(string.char, 65, 66.9, "67") try(string.char, -1) try(string.char, 256)
try(string.char, 0, "x") try(string.char, nil)
try(string.reverse, "abc\0d") try(string.reverse, "") try(string.upper, "abcXYZ\xe4\0z@[`{") try(string.lower, "ABCxyz\xc4[@`{")
try(string.upper, 1) try(string.lower) try(string.len, "a\0b") try(string.len, 12) try(string.len)

print "-- rep"
try(string.rep, "ab", 3) try(string.rep, "ab", 3, ",") try(string.rep, "", 5, "-") try(string.rep, "x", 0)
try(string.rep, "x", -1) try(string.rep, "ab", 1, ",") try(string.rep, 5, 3) try(string.rep, "x") try(string.rep, "x", 2, {})

print "-- methods"
show(("x").rep("x", 3), ("x"):rep(3), #"abc", ("%d"):format(3), ("abc"):len(), ("a"):byte())
try(function() return ("x"):nope() end)
try(function() return ("x").y end)
try(function() local s = ("x"):rep({}) return s end)
try(function() local s = ("x"):rep() return s end)
show(getmetatable("").__index == string)

print "-- dump"
try(string.dump) try(string.dump, print) try(string.dump, {})
show(load(string.dump(function(a, b) return a + b end))(3, 4))
show(load(string.dump(load "return 1, 2, ..."))("x"))
show(string.dump(load("x = 1", "=a")):sub(1, 12))

print "-- long pieces"
local long = ("0123456789"):rep(1000)
show(#long:sub(2), #long:sub(1, -2), long:sub(5001, 5010), #long:sub(100, 6000), long:sub(-3))

print "-- numerals"
for _, s in ipairs { "10", " 0x1p4 ", "1e1", "1e", "0x", "inf", "nan", "5 5", "1_0", "0b1", "0x_1", "1e400", "-0x.8", "0x1p-1", "\t7\n", "" } do
  show(s, tonumber(s), (pcall(function() return s + 1 end)))
end
show(1e14, 1e15, 123456789012345, 0.1, -0.0, 1/3, 2^53, 2^63, 1e100, 1e-7, 5e-324, 100000000000000, 99999999999999)
