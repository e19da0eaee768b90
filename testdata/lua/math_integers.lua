-- Beyond Lua 5.2: math.tointeger, type and ult. Numbers are floats; one without
-- a fraction counts as an integer up to 2^53; math.type calls it one where tostring
-- shows all of it.
-- reference: none
print(math.tointeger(3), math.tointeger(3.5), math.tointeger("3"), math.tointeger(2^53), math.tointeger(2^60), math.tointeger(1/0))
print(math.type(1), math.type(1.5), math.type("1"), math.type(nil), math.type(2^60), math.type(0/0))
print(pcall(math.type))
print(math.ult(1, 2), math.ult(2, 1), math.ult(1, -1), math.ult(-1, 1))
print(math.random(), math.random(1000), math.random(5, 9))
-- numerals, as in Lua 5.4
print(math.tointeger("8"), math.tointeger("8.5"), math.tointeger(" 0x10 "), math.tointeger("8.0"), math.tointeger("1e2"), math.tointeger("eight"), math.tointeger("8 8"), math.tointeger({}), math.tointeger(nil), pcall(math.tointeger))
print(math.tointeger(-0.0), math.tointeger(-3), math.tointeger("-3"), math.tointeger(-2^53), math.tointeger(-2^53 - 2))
for _, n in ipairs{99999999999999, 1e14, 123456789012345, 2^53, -99999999999999, -1e14, 1/0, -1/0, 0, -0.0} do
  print(math.type(n), n)
  assert((math.type(n) == "integer") == (tostring(n):match("^-?%d+$") ~= nil))
end
