-- skynet.service: one service per name on this node, made of a function.
-- The function's only upvalue may be its environment: its code is sent.
local skynet = require "skynet"

local service = {}
local known = {}

local function provider()
	return skynet.uniqueservice "service_provider"
end

function service.new(name, main, ...)
	local info = debug.getinfo(main, "u")
	if info.nups > 1 or info.nups == 1 and debug.getupvalue(main, 1) ~= "_ENV" then
		error("the function of service '" .. name .. "' uses local variables from outside", 2)
	end
	known[name] = skynet.call(provider(), "lua", "new", name, string.dump(main), ...)
	return known[name]
end

function service.query(name)
	if not known[name] or not skynet.alive(known[name]) then
		known[name] = skynet.call(provider(), "lua", "query", name)
	end
	return known[name]
end

function service.close(name)
	known[name] = nil
	return skynet.call(provider(), "lua", "close", name)
end

return service
