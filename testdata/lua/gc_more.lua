-- What only library functions hold while they run stays alive. The reference sorts
-- in place instead.
-- reference: none

local function entries(t)
	local n = 0
	for _ in pairs(t) do n = n + 1 end
	return n
end

print "sort keeps what only it holds"
local weak = setmetatable({}, { __mode = "v" })
local items = {}
for i = 1, 20 do
	items[i] = { i * 7 % 20 }
	weak[i] = items[i]
end
table.sort(items, function(a, b)
	for i = 1, 20 do items[i] = nil end
	collectgarbage()
	return a[1] < b[1]
end)
print(#items, items[1][1], items[20][1], entries(weak))
items = nil
collectgarbage()
print(entries(weak))

print "a wait in require keeps the searchers"
package.searchers = {
	function()
		local own = { function() return function() return "loaded" end end }
		weak.searchers = package.searchers
		package.searchers = own
		collectgarbage()
		print(weak.searchers ~= nil)
		return "\n\tnot here"
	end,
	function() return function() return "loaded by the second" end end,
}
print(require "nothing")
