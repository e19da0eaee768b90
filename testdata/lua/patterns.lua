-- find, match, gmatch, gsub.
local function text(...)
  local r = table.pack(...)
  for i = 1, r.n do r[i] = tostring(r[i]):gsub("%c", "?") end
  return table.concat(r, " ")
end
local function try(f, ...) return text(pcall(f, ...)) end

local patterns = { "", "a", "%w*", "(%w)(%w*)", "()", "^a", "a-", ".", "%s+", "[^,]*", "(a)(b)?", "b$", "%f[%w]%w+", "(", "%", "a)", "%b()", "$", "[%a_][%w_]*", "(.)%1" }
local subjects = { "", "a", "abc abd", "a,b,,c", "(a(b)c)", "aab ", "%%", "a\0b" }
for _, s in ipairs(subjects) do
  for _, p in ipairs(patterns) do
    print(text("--", s, p))
    print(try(string.find, s, p), try(string.match, s, p, 2), try(string.find, s, p, -1), try(string.find, s, p, 1, true))
    for _, r in ipairs { "", "<%0%1>", "%%", 12 } do print(try(string.gsub, s, p, r), try(string.gsub, s, p, r, 1)) end
    print(try(string.gsub, s, p, function(a, b) return b and a .. b end))
    print(try(string.gsub, s, p, { a = "X", abc = 7, [""] = false, [1] = "one" }))
    print(try(function()
      local r = {}
      for a, b in string.gmatch(s, p) do r[#r + 1] = tostring(a) .. "|" .. tostring(b) end
      return table.concat(r, ";")
    end))
  end
end

print "-- replacements"
print(try(string.gsub, "x", "x", "%"), try(string.gsub, "x", "x", "%a"), try(string.gsub, "x", "x", "%2"), try(string.gsub, "abc", "%w", "%9"))
print(try(string.gsub, "x", "x", {}), try(string.gsub, "x", "x"), try(string.gsub), try(string.gsub, "x", "x", true))
print(try(string.gsub, "xyx", "x", "y", 0), try(string.gsub, "xyx", "x", "y", 1), try(string.gsub, "xyx", "x", "y", "2"), try(string.gsub, "xyx", "x", "y", {}))
print(try(string.gsub, "x", "x", function() return {} end), try(string.gsub, "x", "x", function() return true end))
print(try(string.gsub, "x", "x", function() error("inside", 0) end), try(string.gsub, "x", "x", function() error({}) end) ~= "")
print(try(string.gsub, "ab", ".", setmetatable({}, { __index = function(_, k) return "[" .. k .. "]" end })))
print(try(string.gsub, 123, 2, 5), (string.gsub("hello", "", "-")), (string.gsub("abc def", "%f[%w]%w", string.upper)))

print "-- limits"
print(try(string.find, "a", ("()"):rep(32)), try(string.find, "a", ("()"):rep(33)))
print(try(string.find, ("a"):rep(300), ("a?"):rep(300)), try(string.find, ("a"):rep(3000), ".-b"))
print(#string.match(("x"):rep(300000), ".*"), #string.match(("x"):rep(300000) .. "y", ".-y"))

print "-- classes"
for i = 0, 255 do
  local c, r = string.char(i), {}
  for class in ("acdglpsuwxzACDGLPSUWXZ"):gmatch "." do r[#r + 1] = c:find("%" .. class) and class end
  print(i, table.concat(r), try(string.find, c, "%" .. c), c:find("[%w_]") or 0, c:find("[^%s%c]") or 0, c:find("[a-f0-9-]") or 0)
end
