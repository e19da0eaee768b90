-- string.format: every conversion with every kind of argument.
local function try(f, ...)
  local ok, s = pcall(f, ...)
  return (ok and "" or "error: ") .. tostring(s):gsub("%z", "^@")
end

local formats = { "%s", "%5s", "%-5s|", "%.2s", "%10.3s|", "%q", "%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%i", "%.3d", "%u", "%c", "%5c|", "%x", "%#x", "%X", "%o", "%#o",
  "%e", "%E", "%f", "%g", "%G", "%a", "%A", "%5.1f", "%.3f", "%#.0f", "%#g", "%.0e", "%.3a", "%%", "%", "%y", "%5", "%.", "%123d", "%.123d", "%00000d", "%000000d",
  "%-+ #0d", "%-+ #00d", "%l", "%F", "%5%", "%d %d", "%p", "%*d", "%n", "a%", "%.f", "%.0s|", "%#q", "%\0", "%hd" }
local values = { 1, -1, 1.5, "12", "abc", "0x10", 2^53, 2^63, -2^63, 1e20, 0, -0.5, 65, "", "a\nb\"\\\r1\2", true, 1/0, -1/0 }
for _, f in ipairs(formats) do
  print("-- " .. f:gsub("%z", "^@"))
  for _, v in ipairs(values) do
    -- C leaves open which character a number beyond its integers is.
    if not (f:find "c" and type(v) == "number" and v >= 2^63) then print(try(string.format, f, v)) end
  end
  print(try(string.format, f), try(string.format, f, nil))
end

print "-- more"
local named = setmetatable({}, { __tostring = function() return "named" end })
print(try(string.format, "%s %.3s %7s|%-7s|", named, named, named, named), try(string.format, "%s %s", 1), try(string.format), try(string.format, nil))
print(try(string.format, "%d", "x"), try(string.format, "%d", {}), try(string.format, "%s", ("x"):rep(200)))
print(try(string.format, "%99s|%-99s|%99.99f", "x", "y", 1/3))
print(try(string.format, "%q", ("\r\n\0001"):rep(3)), try(string.format, "%s\0%s", 1, 2))
for _, x in ipairs { 0.5, 1.5, 2.5, 0.125, 0.375, 9.995, 99.995, 1e15, 123456789.987654321, 1e-5, 5e-324, 1e300 } do
  print(string.format("%.0f %.1f %.2f %.15f %f %g %.14g %.17g %a", x, x, x, x, x, x, x, x, x))
end
