-- One worker of worker_factory.lua. Its arguments: its number, and its
-- configuration as skynet.pack gives it.
local skynet = require "skynet"

local worker_id, config = ...
config = skynet.unpack(config)

local state = {
    id = worker_id,
    config = config,
    processed = 0,
    last_active = skynet.time()
}

-- A task is a number, and takes config.cost hundredths of a second
local function process_task(task)
    skynet.sleep(config.cost)
    return task * task
end

skynet.dispatch("lua", function(session, source, cmd, ...)
    if cmd == "process" then
        local task = ...
        local result = process_task(task)
        state.processed = state.processed + 1
        state.last_active = skynet.time()
        skynet.ret(skynet.pack(result))
    elseif cmd == "status" then
        skynet.ret(skynet.pack(state))
    end
end)

skynet.start(function()
    skynet.register("WORKER_" .. worker_id)
end)
