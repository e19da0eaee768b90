-- What io and os do with what is not quite right.
local function p(...) print(...) end
local function e(f, ...) print(pcall(f, ...)) end
local name = os.tmpname()
local function put(s) local f = io.open(name, "wb") f:write(s) f:close() end

for _, text in ipairs { "0x", "1e+ 5", "1e 5", "nan inf", "-inf Infinity -NaN", "infx 3", "in 3", "nax", "0x1p4 1..2 .5 -", "0x1pz" } do
  put(text)
  local f = io.open(name)
  p(text, f:read("*n"), f:read("*n"), f:read("*a"))
  f:close()
end
put "1 2 x"
local f = io.open(name)
for n in f:lines("*n") do p(n) end
p(f:read("*a"), f:lines()())
e(f.read, f, -1)
f:close()
local lines = io.lines(name)
lines()
p(lines())
e(lines)
os.remove(name)

for _, t in ipairs { 0, -1, 1e9, 2^31, 2^40, 1.9, "100", 2^55, -2^55, 2^56, -2^56, 2^63, -2^63, 1/0, 0/0 } do e(os.date, "!%c", t) end
for _, t in ipairs { { year = 2000, month = 13, day = 32, hour = 25, min = 61, sec = 61 }, { year = 1e10, month = 1, day = 1 }, { year = -5, month = 1, day = 1 },
  { year = 1e300, month = 1, day = 1 }, { year = 2^31, month = 1, day = 1 }, { year = 2000.5, month = 1, day = 1 }, { year = 2000, month = 1, day = "x" } } do
  e(os.time, t)
end
