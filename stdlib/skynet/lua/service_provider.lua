-- The unique service behind skynet.service: knows the services by their names.
local skynet = require "skynet"

local services = {} -- name -> address, or { responses that wait for it }
local made = {} -- name -> how to make the service again: its code and arguments

local command = {}

local function settle(name, address)
	local waiting = services[name]
	services[name] = address
	for _, response in ipairs(waiting) do
		response(address ~= nil, address or "service '" .. name .. "' did not start")
	end
end

-- running gives the address of a service that runs; one that has ended is forgotten.
local function running(name)
	local address = services[name]
	if type(address) == "number" then
		if skynet.alive(address) then return address end
		services[name] = nil
	end
end

function command.new(name, code, ...)
	local address = running(name)
	if address then
		skynet.retpack(address)
		return
	end
	local starting = services[name] and services[name].starting
	services[name] = services[name] or {}
	if starting then
		table.insert(services[name], skynet.response())
		return
	end
	services[name].starting = true
	local ok, err = pcall(function(...)
		address = skynet.newservice("service_cell", name)
		skynet.call(address, "lua", "init", code, ...)
	end, ...)
	if not ok and address then skynet.kill(address) end
	settle(name, ok and address or nil)
	if not ok then error(err, 0) end
	made[name] = table.pack(code, ...)
	skynet.retpack(address)
end

-- query waits for a service that was never made, and makes one that has ended anew.
function command.query(name)
	local address = running(name)
	if address then
		skynet.retpack(address)
		return
	end
	if made[name] and not services[name] then
		return command.new(name, table.unpack(made[name], 1, made[name].n))
	end
	services[name] = services[name] or {}
	table.insert(services[name], skynet.response())
end

function command.close(name)
	local address = running(name)
	made[name] = nil
	if not address then
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
