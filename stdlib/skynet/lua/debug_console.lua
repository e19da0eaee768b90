-- newservice("debug_console", [host,] port): opens the node's remote console.
local skynet = require "skynet"
local open = require "skynet.remoteconsole"

local host, port = ...
if not port then
	host, port = "127.0.0.1", host
end

skynet.start(function()
	open(host .. ":" .. (port or "8000"))
end)
