-- A module with a cache of its own.
local cache = {}
for i = 1, 50 do cache[i] = { number = i, text = ("book %d "):rep(20) } end
local shelf = { books = cache }
function shelf.get(i) return cache[i] end
return shelf
