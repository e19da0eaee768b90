-- reference: none. The utf8 library of Lua 5.3.
local function show(...)
  local r = table.pack(...)
  for i = 1, r.n do
    local v = r[i]
    r[i] = type(v) == "string" and v:gsub("[^%g ]", function(c) return ("\\%03d"):format(c:byte()) end) or tostring(v)
  end
  return table.concat(r, " ")
end
local function try(f, ...) return show(pcall(f, ...)) end

for _, s in ipairs { "", "a", "häß€😀", "\xff", "a\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "日本", "\xf0\x9f\x98", "\0a" } do
  print("-- " .. show(s), try(utf8.len, s), try(utf8.codepoint, s), try(utf8.codepoint, s, 1, -1))
  for i = -4, 5 do
    local r = {}
    for n = -3, 3 do r[#r + 1] = try(utf8.offset, s, n, i) end
    print(i, try(utf8.len, s, i), try(utf8.len, s, 1, i), try(utf8.codepoint, s, i), try(utf8.codepoint, s, 1, i))
    print(table.concat(r, " | "))
  end
  print(try(utf8.offset, s, 0), try(utf8.offset, s, 2), try(utf8.offset, s, -1))
  print(try(function() local r = {} for i, c in utf8.codes(s) do r[#r + 1] = i .. ":" .. c end return table.concat(r, " ") end))
  local r = {}
  for c in s:gmatch(utf8.charpattern) do r[#r + 1] = show(c) end
  print(table.concat(r, " "))
end

print(try(utf8.char), try(utf8.char, 65, 228, 8364, 128512, 0x10FFFF), try(utf8.char, 0, 127, 128, 0x7ff, 0x800, 0xffff, 0x10000))
print(try(utf8.char, -1), try(utf8.char, 0x110000), try(utf8.char, "65"), try(utf8.char, {}))
print(try(utf8.len), try(utf8.len, {}), try(utf8.offset, "x"), try(utf8.codes), try(utf8.codepoint), show(utf8.charpattern))
