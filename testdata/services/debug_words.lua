-- For testdata/sessions/debug_words.txt.
local skynet = require "skynet"
local function handle(session, source, command, ...)
	skynet.retpack(command, ...)
end
skynet.start(function() skynet.dispatch("lua", handle) end)
