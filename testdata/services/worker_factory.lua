-- A pool of workers and a service in front of it that hands out their tasks.
local skynet = require "skynet"

local queue = require "skynet.queue"

local M = {}

-- Service factory pattern
local function create_worker_service(worker_id, config)
    return skynet.newservice("snlua", "worker", worker_id, skynet.pack(config))
end

-- Worker pool: in the order of their turn, each with its number and address
local worker_pool = {}
local one_at_a_time = queue()

function M.create_worker_pool(pool_size, worker_config)
    for i = 1, pool_size do
        table.insert(worker_pool, { id = i, config = worker_config, address = create_worker_service(i, worker_config) })
    end
end

-- A worker that has ended, killed for one, is replaced when its turn comes
local function address_of(worker)
    return one_at_a_time(function()
        if skynet.query("WORKER_" .. worker.id) ~= worker.address then
            skynet.error("worker", worker.id, "has ended; another takes its place")
            worker.address = create_worker_service(worker.id, worker.config)
        end
        return worker.address
    end)
end

function M.get_worker()
    -- Simple round-robin
    local worker = table.remove(worker_pool, 1)
    table.insert(worker_pool, worker)
    return address_of(worker)
end

local handlers = {}

function handlers.process(task)
    return skynet.call(M.get_worker(), "lua", "process", task)
end

-- What each worker has done, in the order of their turn
function handlers.status()
    local all = {}
    for i, worker in ipairs(worker_pool) do
        local state = skynet.call(address_of(worker), "lua", "status")
        all[i] = { id = state.id, processed = state.processed }
    end
    return all
end

local pool_size = tonumber((...) or 3)

skynet.start(function()
    if not pool_size or pool_size < 1 or pool_size % 1 ~= 0 then
        error("the pool's size: a number from 1 is expected", 0)
    end
    M.create_worker_pool(pool_size, { cost = 50 })

    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    skynet.register("WORKER_FACTORY")
end)
