-- The workers of the task queue: services that are begun, watched, replaced and
-- sent home.
--
-- A worker has a place, a number from 1 on, and registers the name
-- TASK_WORKER_<place>. One that ended, or does not answer, is replaced by a new
-- service on the lowest free place.
local skynet = require "skynet"
local settings = require "task_queue.settings"

local M = {}

local MOST = 64 -- places

local workers = {}  -- by place
local wanted = 0    -- how many there should be
local replaced = 0  -- workers that ended without being sent home
local on_free       -- called when a worker is free
local trouble       -- why there are no workers with the handlers' file as it is now
local trying = false -- whether that file is being tried

-- Workers in the order of their places
function M.list()
    local list = {}
    for place = 1, MOST do
        list[#list + 1] = workers[place]
    end
    return list
end

-- The worker at a place, nil when there is none
function M.at(place)
    return workers[place or 0]
end

function M.wanted()
    return wanted
end

-- For how many seconds a worker has not answered; 0 when it does at once
function M.silent(worker)
    return worker.pinged and skynet.time() - math.max(worker.pinged, worker.seen) or 0
end

-- A worker has shown that it goes on
function M.heard(place)
    if workers[place] then
        workers[place].seen = skynet.time()
    end
end

function M.replaced()
    return replaced
end

-- Why workers with the handlers' file as it is now can't be had; nil: they can
function M.trouble()
    return trouble
end

-- Kinds of tasks that the workers know, sorted
function M.kinds()
    local seen, list = {}, {}
    for place = 1, MOST do
        for _, kind in ipairs(workers[place] and workers[place].kinds or {}) do
            if not seen[kind] then
                seen[kind] = true
                list[#list + 1] = kind
            end
        end
    end
    table.sort(list)
    return list
end

-- A worker that has nothing to do, nil when all are busy
function M.free()
    for place = 1, MOST do
        local worker = workers[place]
        if worker and worker.state == "idle" then
            return worker
        end
    end
end

local function free_place()
    for place = 1, MOST do
        if not workers[place] then
            return place
        end
    end
end

-- An error's text without its traceback, in one line
local function cause(err)
    return (tostring(err):gsub("\nstack traceback:.*", ""):gsub("%s+", " "))
end

-- Begins a worker on a free place; one that can't start is tried again with the
-- next heartbeat
local function hire()
    local place = free_place()
    local worker = {
        place = place, name = "TASK_WORKER_" .. place, state = "starting",
        since = skynet.time(), seen = skynet.time(), done = 0, failed = 0
    }
    workers[place] = worker
    local ok, address = pcall(skynet.newservice, "task_worker", place, skynet.self())
    if workers[place] ~= worker then -- let go while it started
        skynet.kill(ok and address or nil)
        return false
    end
    if not ok or not address then
        workers[place] = nil
        trouble = "no worker could be started: " .. (ok and "it exited" or cause(address))
        skynet.error("No worker could be started:", ok and "it exited" or address)
        return false
    end
    trouble = nil
    worker.address = address
    worker.state, worker.seen, worker.idle_since = "idle", skynet.time(), skynet.time()
    on_free()
    return true
end

local function count()
    local n = 0
    for place = 1, MOST do
        n = n + (workers[place] and 1 or 0)
    end
    return n
end

-- Begins workers until there are as many as there should be
function M.fill()
    while count() < wanted do
        if not hire() then
            return
        end
    end
end

-- Makes a worker's place free. Its end is told to whoever waits for it.
function M.lose(worker, reason)
    if workers[worker.place] ~= worker then
        return
    end
    workers[worker.place] = nil
    worker.verdict = worker.verdict or reason
    if worker.attending then
        worker.attending(false, "replaced")
        worker.attending = nil
    end
    skynet.kill(worker.address or skynet.query(worker.name)) -- by its name while it starts
end

-- Ends a worker, whatever it is doing, and has another take its place
function M.replace(worker, reason)
    if workers[worker.place] ~= worker then
        return
    end
    skynet.error(worker.name, "is replaced:", reason)
    replaced = replaced + 1
    M.lose(worker, reason)
    skynet.fork(M.fill)
end

-- A worker says that it is there and which kinds of tasks it knows. It gets its
-- answer when it is no longer wanted; it hears of the queue's end as well.
function M.attend(place, known, response)
    local worker = workers[place]
    if not worker then
        return response(false, "not wanted")
    end
    worker.attending, worker.kinds = response, known
end

-- Replaces a worker that doesn't get up: its handlers' file may loop for ever
local function rouse(worker)
    local waited = skynet.time() - worker.since
    if waited >= settings.stuck then
        M.replace(worker, ("it has been starting for %.3g s"):format(waited))
    end
end

-- Asks a worker whether it still answers. In an endless loop it doesn't; in a
-- long computation it does when it reports its progress.
local function ping(worker)
    if worker.pinged then
        local silent = M.silent(worker)
        if silent >= settings.stuck then
            M.replace(worker, ("it has been silent for %.3g s"):format(silent))
        end
        return
    end
    worker.pinged = skynet.time()
    skynet.fork(function()
        local ok, known = pcall(skynet.call, worker.address, "lua", "ping")
        worker.pinged = nil
        if ok then
            worker.seen, worker.kinds = skynet.time(), known
        elseif not worker.task then -- else its task tells
            M.replace(worker, "it ended")
        end
    end)
end

-- More workers come when the ready tasks are more than settings.backlog for
-- each: up to twice as many at once. One leaves when it has been idle for
-- settings.idle seconds. In between nothing changes.
local function scale(ready)
    local enough = math.ceil(ready / settings.backlog)
    if enough > wanted then
        wanted = math.min(enough, wanted * 2, settings.max_workers)
    end
    for place = MOST, 1, -1 do
        local worker = workers[place]
        if wanted > settings.min_workers and worker and worker.state == "idle" and
            skynet.time() - worker.idle_since >= settings.idle then
            wanted = wanted - 1
            M.lose(worker, "it was idle")
            return
        end
    end
end

-- Brings the number of workers between the limits when these have changed
function M.limit()
    wanted = math.max(settings.min_workers, math.min(wanted, settings.max_workers))
    for place = MOST, 1, -1 do
        local worker = workers[place]
        if worker and worker.state == "idle" and count() > wanted then
            M.lose(worker, "there are too many")
        end
    end
    M.fill()
end

-- Looks after all workers; ready is the number of tasks that could run
function M.heartbeat(ready)
    for _, worker in ipairs(M.list()) do
        if worker.state == "starting" then
            rouse(worker)
        else
            ping(worker)
        end
    end
    scale(ready)
    M.fill()
end

-- A worker's task has come to an end
function M.release(worker)
    worker.task = nil
    if workers[worker.place] ~= worker then
        return
    end
    if worker.leaving or count() > wanted then
        M.lose(worker, "it was sent home")
        skynet.fork(M.fill)
        return
    end
    worker.state, worker.idle_since = "idle", skynet.time()
end

-- Loads the handlers' file in a service of its own; gives nil, or why that fails
local function try_handlers()
    local late
    local alarm = skynet.timeout(math.ceil(settings.stuck * 100), function()
        late = ("the file has been loading for %.3g s"):format(settings.stuck)
        skynet.kill(skynet.query("TASK_WORKER_TRIAL"))
    end)
    local ok, err = pcall(skynet.newservice, "task_worker", "trial")
    skynet.cancel(alarm)
    return not ok and (late or cause(err)) or nil
end

-- Has fresh workers, with the code that is on the disk now, take the places of
-- all; each finishes its task before it goes. Gives true; or false and the reason
-- when that code can't be loaded: then all stay.
function M.renew()
    if trying then
        return false, "the workers are being renewed already"
    end
    trying = true
    local reason = try_handlers()
    trying = false
    trouble = reason and "the handlers can't be loaded, the old ones stay: " .. reason
    if reason then
        skynet.error("Not renewed:", trouble)
        return false, trouble
    end
    for _, worker in ipairs(M.list()) do
        if worker.state == "idle" then
            M.lose(worker, "it is renewed")
        else
            worker.leaving = true
        end
    end
    skynet.fork(M.fill)
    return true
end

-- Ends what an earlier queue left behind and begins the first workers
function M.start(free)
    on_free = free
    for place = 1, MOST do
        skynet.kill(skynet.query("TASK_WORKER_" .. place))
    end
    wanted = settings.min_workers
    M.fill()
end

-- Ends all workers
function M.stop()
    wanted = 0
    for _, worker in ipairs(M.list()) do
        M.lose(worker, "the queue ends")
    end
end

return M
