-- Takes names, and answers to commands, that no terminal should be given.
local skynet = require "skynet"
skynet.start(function()
  skynet.register("red\27[31m\nname")
  skynet.dispatch("lua", function(_, _, command) error("no command " .. command) end)
end)
