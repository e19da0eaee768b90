-- Constants of every kind and spelling, and expressions that fold.
local numbers = {
  0, -0, 1, 1., .5, 3e2, 3E-2, 0x10, 0xA.8, 0x.1p4, 0X1P-3, 1e308, 5e-324,
  123456789012345678901234567890, 2 + 3 * 4, 7 % 4, -7 % 4, 2 ^ 10, 1 / 4,
  -(3), - -3, 10 - 4 - 3, 2 ^ 3 ^ 2, (1 + 2) * 3,
}
local huge, tiny = 1e999, -1e999
local strings = {
  "", '', [[]], [==[
first newline dropped]==], "tab\tnul\0bell\a\x41\065\z
     joined", 'quote"\'', "back\\slash", "line\
break", [[
two
lines]], "\255\254 high bytes é", "00000000",
}
local mixed = { true, false, nil, [1] = 2, ["key"] = "value", key2 = {}, [true] = false, 1, 2, 3; 4 }
local same = "value" .. "key" .. 1 .. 2.5
print(#numbers, #strings, huge, tiny, #mixed, same, -huge, not huge, #same)
local long = {
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
  31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
  59, 60, print("last of the list"),
}
print(#long, long[60])
return 1, "two", nil, ...
