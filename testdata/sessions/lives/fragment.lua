-- Part of a service, and not one by itself.
local command = {}

function command.look() return "nothing" end

return command
