local x = 1 -- line ends of another system
--[[ a comment
on lines]]
local s = [[
one
two]]
print(x, s, "a\
b",
  debug.traceback)
