-- A pool of workers and a service in front of it that hands out their tasks.
local skynet = require "skynet"

local M = {}

-- Service factory pattern
local function create_worker_service(worker_id, config)
    return skynet.newservice("snlua", "worker", worker_id, skynet.pack(config))
end

-- Worker pool
local worker_pool = {}

function M.create_worker_pool(pool_size, worker_config)
    for i = 1, pool_size do
        local worker = create_worker_service(i, worker_config)
        table.insert(worker_pool, worker)
    end
end

function M.get_worker()
    -- Simple round-robin
    local worker = worker_pool[1]
    table.remove(worker_pool, 1)
    table.insert(worker_pool, worker)
    return worker
end

local handlers = {}

function handlers.process(task)
    return skynet.call(M.get_worker(), "lua", "process", task)
end

-- What each worker has done, in the order of their turn
function handlers.status()
    local all = {}
    for i, worker in ipairs(worker_pool) do
        local state = skynet.call(worker, "lua", "status")
        all[i] = { id = state.id, processed = state.processed }
    end
    return all
end

local pool_size = tonumber((...)) or 3

skynet.start(function()
    M.create_worker_pool(pool_size, { cost = 50 })

    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    skynet.register("WORKER_FACTORY")
end)
