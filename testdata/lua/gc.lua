-- Weak tables, finalizers and collectgarbage.

local function entries(t)
	local n = 0
	for _ in pairs(t) do n = n + 1 end
	return n
end

print "options"
print(collectgarbage(), collectgarbage("collect"), collectgarbage("stop"), collectgarbage("isrunning"))
print(collectgarbage("restart"), collectgarbage("isrunning"))
local pause, mul = collectgarbage("setpause", 150), collectgarbage("setstepmul", 300)
print(pause, mul, collectgarbage("setpause", pause), collectgarbage("setstepmul", mul))
print(collectgarbage("setmajorinc", 300), collectgarbage("setmajorinc", 200))
print(collectgarbage("generational"), collectgarbage("incremental"))
print(collectgarbage("step", 1e6), select("#", collectgarbage("step", 0)))
print(pcall(function() collectgarbage("nothing") end))
print(pcall(function() collectgarbage({}) end))
local kilobytes, rest = collectgarbage("count")
print(math.floor(kilobytes * 1024 % 1024) == rest, math.type and true or kilobytes > 10)

print "weak tables"
local kept = {}
local values = setmetatable({ {}, kept, "text", 1, true, x = {}, y = kept }, { __mode = "v" })
collectgarbage()
print(values[1], values[2] == kept, values[3], values[4], values[5], values.x, values.y == kept)
local keys = setmetatable({ [kept] = 1, [{}] = 2, [function() return kept end] = 3, text = {} }, { __mode = "k" })
collectgarbage()
print(entries(keys), keys[kept], type(keys.text))
local both = setmetatable({ [kept] = {}, [{}] = kept, [1] = kept }, { __mode = "kv" })
collectgarbage()
print(entries(both), both[1] == kept)
local ephemeron = setmetatable({}, { __mode = "k" })
do
	local a, b = {}, {}
	ephemeron[a], ephemeron[b] = b, a
	ephemeron[kept] = {}
end
collectgarbage()
print(entries(ephemeron))
local list = setmetatable({}, { __mode = "v" })
for i = 1, 10 do list[i] = {} end
collectgarbage()
print(#list, next(list), entries(list))
for i = 1, 5 do list[#list + 1] = kept end
print(#list)

print "functions and coroutines"
local refs = setmetatable({}, { __mode = "v" })
refs.iterator = ("x"):gmatch("x")
refs.wrapped = coroutine.wrap(print)
refs.coroutine = coroutine.create(print)
refs.closure = function() return refs end
refs.builtin = print
collectgarbage()
print(refs.iterator, refs.wrapped, refs.coroutine, refs.closure, refs.builtin == print)
do
	local wrapped = coroutine.wrap(function()
		local own = {}
		refs.own = own
		coroutine.yield()
		return own
	end)
	wrapped()
	collectgarbage()
	print(refs.own ~= nil, wrapped() == refs.own)
end
collectgarbage()
print(refs.own)
print(debug.getupvalue(("x"):gmatch("x"), 1))

print "finalizers"
local log = {}
local m = { __gc = function(o) log[#log + 1] = o.name end }
for _, name in ipairs { "a", "b", "c" } do setmetatable({ name = name }, m) end
collectgarbage()
print(table.concat(log, " "))
local back
setmetatable({ name = "d" }, { __gc = function(o) back = o end })
collectgarbage()
print(back.name)
local late = {}
setmetatable({}, late)
late.__gc = function() print "never" end
collectgarbage()
setmetatable({}, { __gc = function() error "in a finalizer" end })
print(pcall(collectgarbage))
setmetatable({}, { __gc = function() error { } end })
print(pcall(collectgarbage, "step", 1e7))
local resurrected = setmetatable({}, { __mode = "k" })
do
	local o = setmetatable({}, { __gc = function(o) print("key found", resurrected[o]) end })
	resurrected[o] = "value"
end
collectgarbage()
print(entries(resurrected))
collectgarbage()
print(entries(resurrected))

print "files"
local name = os.tmpname()
local function leave()
	local f = io.open(name, "w")
	f:setvbuf("full")
	f:write("buffered until the file is collected")
end
leave()
collectgarbage()
print(io.open(name):read("*a"))
os.remove(name)
