-- Registers its arguments as names.
local skynet = require "skynet"

skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, name)
		if command == "register" then
			skynet.retpack(skynet.register(name))
		elseif command == "name" then
			skynet.retpack(skynet.name(name, skynet.self()))
		elseif command == "query" then
			skynet.retpack(skynet.query(name))
		elseif command == "call" then
			skynet.retpack(skynet.call(name, "lua", "self"))
		elseif command == "kill" then
			skynet.retpack(skynet.kill(name))
		elseif command == "self" then
			skynet.retpack(skynet.address(skynet.self()))
		end
	end)
end)
for _, name in ipairs { ... } do
	skynet.register(name)
end
