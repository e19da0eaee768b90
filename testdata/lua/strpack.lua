-- reference: none. string.pack, unpack and packsize of Lua 5.3.
local function show(...)
  local r = table.pack(...)
  for i = 1, r.n do
    local v = r[i]
    r[i] = type(v) == "string" and '"' .. v:gsub("[^%g ]", function(c) return ("\\%03d"):format(c:byte()) end) .. '"' or tostring(v)
  end
  return table.concat(r, " ")
end
local function try(f, ...) return show(pcall(f, ...)) end

print "-- integers"
for _, f in ipairs { "b", "B", "h", "H", "i", "I", "l", "L", "j", "J", "T", "i3", "I3", "i7", "I7", "i16", "I16", ">i4", "<i4", "=i4", ">I2", ">i16" } do
  print(f, string.packsize(f))
  for _, v in ipairs { 1, 0, -1, 127, 128, 255, 256, -128, -129, 65535, 2^24 - 1, 2^31, -2^31, 2^40, 2^63, 2^64, 1.5, "3", "x" } do
    local ok, s = pcall(string.pack, f, v)
    print(show(v), show(s), ok and show(string.unpack(f, s)))
  end
end
print(try(string.unpack, "i16", ("\255"):rep(8) .. ("\0"):rep(8)), try(string.unpack, "I16", ("\255"):rep(16)), try(string.unpack, "i9", ("\255"):rep(9)))

print "-- floats"
for _, f in ipairs { "f", "d", "n", ">f", ">d" } do
  for _, v in ipairs { 0, 1, -2.5, 0.1, 1/0, 1e300 } do print(f, v, show(string.pack(f, v)), show(string.unpack(f, string.pack(f, v)))) end
end

print "-- strings"
for _, f in ipairs { "c5", "c0", "s", "s1", "s2", ">s2", "z", "zs1c3", "x", "bxb" } do
  print(f, try(string.packsize, f), try(string.pack, f, "abc", "de", "f"), try(string.unpack, f, "\3abc\0\2de\0f\0\0\0\0"))
end
print(try(string.pack, "z", "a\0b"), try(string.pack, "s1", ("x"):rep(256)), try(string.pack, "c1", "ab"), try(string.unpack, "z", "abc"), try(string.unpack, "s1", "\5abc"))

print "-- alignment"
for _, f in ipairs { "!4i8", "bi4", "!bi4", "!4 b i8", "b!8d", "bXi4", "!bXi4", "!4bXdb", "!8xXi8", "!2 bs4", "X", "Xz", "Xc1", "!3i3", "!4i3", "xX" } do
  print(f, try(string.packsize, f), try(string.pack, f, 1, 2, 3), try(string.unpack, f, ("\1\0"):rep(20)))
end

print "-- errors"
for _, f in ipairs { "i17", "i0", "!17", "y", "b y", "c", "\0" } do print(show(f), try(string.packsize, f), try(string.pack, f, 1)) end
print(try(string.packsize, "c2147483640c100"), try(string.packsize, "c99999999999"))
for i = -5, 6 do print(i, try(string.unpack, "b", "abcd", i)) end
print(try(string.unpack), try(string.unpack, "b"), try(string.pack), try(string.packsize), try(string.pack, "i4 i4", 1), try(string.pack, "b", {}))
print(try(string.unpack, "bbb", "ab"), try(string.unpack, "", ""), try(string.unpack, "<i2 >i2 =i2", "\1\0\0\1\1\0"))
