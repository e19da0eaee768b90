-- A service that gets its code by its first message (see skynet.service).
local skynet = require "skynet"

local name = ...

skynet.start(function()
	skynet.dispatch("lua", function(_, _, _, code, ...)
		local main, err = load(code, "=" .. name)
		if not main then error(err, 0) end
		skynet.dispatch("lua", function() error("service '" .. name .. "' takes no messages", 0) end)
		local begin
		local start = skynet.start
		function skynet.start(f) begin = f end
		main(...)
		skynet.start = start
		if begin then begin() end
		skynet.retpack(true)
	end)
end)
