-- The unique service behind skynet.service: knows the services by their names.
local skynet = require "skynet"

local services = {} -- name -> address, or { responses that wait for it }

local command = {}

local function settle(name, address)
	local waiting = services[name]
	services[name] = address
	for _, response in ipairs(waiting) do
		response(address ~= nil, address or "service '" .. name .. "' did not start")
	end
end

function command.new(name, code, ...)
	if type(services[name]) == "number" then
		skynet.retpack(services[name])
		return
	end
	local starting = services[name] and services[name].starting
	services[name] = services[name] or {}
	if starting then
		table.insert(services[name], skynet.response())
		return
	end
	services[name].starting = true
	local address
	local ok, err = pcall(function(...)
		address = skynet.newservice("service_cell", name)
		skynet.call(address, "lua", "init", code, ...)
	end, ...)
	if not ok and address then skynet.kill(address) end
	settle(name, ok and address or nil)
	if not ok then error(err, 0) end
	skynet.retpack(address)
end

function command.query(name)
	if type(services[name]) == "number" then
		skynet.retpack(services[name])
		return
	end
	services[name] = services[name] or {}
	table.insert(services[name], skynet.response())
end

function command.close(name)
	local address = services[name]
	if type(address) ~= "number" then
		skynet.retpack(false)
		return
	end
	services[name] = nil
	skynet.kill(address)
	skynet.retpack(true)
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, name, ...) command[name](...) end)
end)
