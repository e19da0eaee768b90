-- The os library, in the time zone UTC.
for _, format in ipairs {"%a %A %b %B", "%c", "%d/%m/%y %Y", "%H:%M:%S", "%I %p %j", "%U %w %W %x %X", "%C %D %e %F", "%g %G %h %r %R %T %u %V", "%Ec %EY %Od %OS", "100%%"} do
  print(os.date("!" .. format, 1e9), os.date("!" .. format, 0))
end
for _, year in ipairs {2000, 2004, 2005, 2010, 2015, 2016, 2021} do
  local january = os.time {year = year, month = 1, day = 1, hour = 0}
  print(year, os.date("!%U %W %V %G %g %j %u", january), os.date("!%U %W %V %G %g %j %u", january - 86400))
end
local t = os.date("!*t", 1e9)
print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst)
print(pcall(os.date, "%Q")); print(pcall(os.date, "%E")); print(pcall(os.date, "%Ez")); print(pcall(os.date, "%"))
local function at(t) return os.date("!%Y-%m-%d %H:%M:%S", os.time(t)) end
print(at {year = 2024, month = 2, day = 29}, at {year = 2023, month = 2, day = 29}, at {year = 2023, month = 14, day = 1, hour = 0})
print(at {year = 2023, month = 1, day = 0, hour = 25, min = 61, sec = -1}, at {year = 2023, month = -1, day = "15"})
print(os.time {year = 1970, month = 1, day = 1, hour = 0}, os.time {year = 1969, month = 12, day = 31, hour = 23})
print(pcall(os.time, {})); print(pcall(os.time, {year = 1, month = 1})); print(pcall(os.time, {day = 1, year = 2000})); print(pcall(os.time, 5))
print(os.difftime(10, 4), os.difftime(10), type(os.time()), type(os.clock()))
print(os.getenv("no such variable"), os.setlocale(), os.setlocale("C"), os.setlocale("xx"), os.setlocale(nil, "numeric"))
print(pcall(os.setlocale, "C", "nonsense"))
print(os.execute("exit 3")); print(os.execute("true")); print(os.execute()); print(os.execute("kill -9 $$"))
print(os.remove("no such file")); print(os.rename("no such file", "x"))
local name = os.tmpname(); io.open(name, "w"):close()
print(os.rename(name, name .. "x"), os.remove(name .. "x"), (os.remove(name .. "x")))
