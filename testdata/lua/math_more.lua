-- Beyond Lua 5.2: math.tointeger, type and ult. Numbers are floats; one without
-- a fraction counts as an integer up to 2^53.
-- reference: none
print(math.tointeger(3), math.tointeger(3.5), math.tointeger("3"), math.tointeger(2^53), math.tointeger(2^60), math.tointeger(1/0))
print(math.type(1), math.type(1.5), math.type("1"), math.type(nil), math.type(2^60), math.type(0/0))
print(pcall(math.type))
print(math.ult(1, 2), math.ult(2, 1), math.ult(1, -1), math.ult(-1, 1))
print(math.random(), math.random(1000), math.random(5, 9))
