-- reference: none. Where the string library is meant to differ from Lua 5.2's.
-- A zero byte does not end a %s argument.
print((string.format("%s|%5s|%-5s|%.2s", "a\0b", "a\0b", "a\0b", "a\0b"):gsub("%z", "^@")))
-- A string is at most 2^31-1 bytes long.
print(pcall(string.rep, "abc", 1e18))
print(pcall(string.rep, "abc", 2^30, ","))
