local skynet = require "skynet"

skynet.start(function()
    local config
    print(config.name)
end)
