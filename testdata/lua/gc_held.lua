-- What only library functions hold while they run stays alive. The reference has no
-- waits in require.
-- reference: none

local function entries(t)
	local n = 0
	for _ in pairs(t) do n = n + 1 end
	return n
end

print "sort keeps what only it holds"
local weak = setmetatable({}, { __mode = "k" })
local items, most = {}, 0
for i = 1, 20 do items[i] = { i * 7 % 20 } end
table.sort(items, function(a, b)
	for i = 1, 20 do
		items[i] = { items[i][1] }
		weak[items[i]] = true
	end
	collectgarbage()
	most = math.max(most, entries(weak) - 20) -- the two that are compared, and the pivot
	return a[1] < b[1]
end)
print(#items, items[1][1], items[20][1], most >= 3)
items = nil
collectgarbage()
print(entries(weak))

print "a wait in require keeps the searchers"
weak = setmetatable({}, { __mode = "v" })
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
