-- Has a service made of a function that starts itself as a file does.
local skynet = require "skynet"
local service = require "skynet.service"

skynet.start(function()
	service.new("counter", function(...)
		local skynet = require "skynet"
		local total = ...
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, n)
				total = total + n
				skynet.retpack(total)
			end)
			skynet.register "COUNTER"
		end)
	end, 10)
end)
