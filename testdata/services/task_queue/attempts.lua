-- Hands ready tasks to free workers and records how their attempts end.
--
-- An attempt is recorded before it begins, so that no two of a task have the
-- same number, whatever happens in between; how it ended is recorded once, for
-- the attempt with that number.
local skynet = require "skynet"
local settings = require "task_queue.settings"
local store = require "task_queue.store"
local lanes = require "task_queue.lanes"
local crew = require "task_queue.crew"
local history = require "task_queue.history"
local unfinished = require "task_queue.unfinished"

local M = {}

local running = 0
local paused = false
local held_until = 0 -- nothing begins before: the database had trouble
local quiet = {}       -- tasks of this service that wait until nothing runs
local counts = { started = 0, done = 0, failed = 0 }
local under_way = {} -- attempts: each a worker, a task and the thread that attends to it
local latest = {}    -- the last one of a task, by the task's id

function M.running()
    return running
end

function M.paused()
    return paused
end

function M.counts()
    return counts
end

local function retry_delay(failures)
    return math.min(settings.retry_delay * 2 ^ (failures - 1), settings.retry_most)
end

-- Tells whether a task is still this one's: it may have been cancelled
local function mine(task)
    return unfinished.get(task.id) == task
end

-- Gives the payload, or nil when the attempt can't be made
local function record_start(task)
    local started = skynet.time()
    local ok, rows = store.write(function(tx)
        local changed = tx:execute("UPDATE tasks SET state = 'running', attempts = ?, started = ? " ..
            "WHERE id = ? AND state = 'queued'", task.attempts + 1, started, task.id)
        return changed == 1 and tx:query("SELECT payload FROM tasks WHERE id = ?", task.id) or {}
    end)
    if not ok then
        skynet.error("An attempt could not be recorded:", rows)
        held_until = skynet.time() + 1
        skynet.timeout(100, function() M.work() end)
        task.state = "queued"
        lanes.push_front(task)
    elseif rows[1] and mine(task) then
        task.attempts, task.started = task.attempts + 1, started
        return rows[1].payload
    end
end

local function record_done(task, result)
    store.insist(function(tx)
        return (tx:execute("UPDATE tasks SET state = 'done', result = ?, finished = ?, error = NULL " ..
            "WHERE id = ? AND state = 'running' AND attempts = ?",
            store.blob(result), skynet.time(), task.id, task.attempts))
    end, function(changed)
        if changed == 1 then
            counts.done = counts.done + 1
            history.count("done")
            history.took(task.started - task.due, skynet.time() - task.started)
            task.error = nil
            unfinished.finish(task, "done")
        end
    end)
end

local function record_failure(task, reason)
    local failures = task.failures + 1
    local dead = failures >= task.max_attempts
    local due = skynet.time() + retry_delay(failures)
    store.insist(function(tx)
        return (tx:execute("UPDATE tasks SET state = ?, failures = ?, error = ?, due = ?, finished = ? " ..
            "WHERE id = ? AND state = 'running' AND attempts = ?", dead and "dead" or "queued", failures, reason,
            due, dead and skynet.time() or nil, task.id, task.attempts))
    end, function(changed)
        if changed == 1 then
            counts.failed = counts.failed + 1
            history.count("failed")
            task.failures, task.error, task.progress, task.note = failures, reason, nil, nil
            if dead then
                unfinished.finish(task, "dead")
            else
                task.due = due
                unfinished.enqueue(task)
            end
        end
    end)
end

-- Why a worker did not answer
local function verdict(worker, err)
    local text = tostring(err):gsub("\n.*", ""):gsub("^.-%.lua:%d+: ", "")
    return worker.verdict or "its worker ended: " .. text
end

-- Has the worker run the task: whether it answered, and what
local function run(worker, task, payload)
    worker.alarm = skynet.timeout(math.ceil(task.timeout * 100), function()
        crew.replace(worker, ("task %d took longer than %g s"):format(task.id, task.timeout))
    end)
    local answered, ok, value = pcall(skynet.call, worker.address, "lua", "run", {
        id = task.id, kind = task.kind, attempt = task.attempts, payload = payload,
        max_result = settings.max_payload
    })
    skynet.cancel(worker.alarm)
    return answered, ok, value
end

-- Makes one attempt, from its record to the record of its end
local function attempt(worker, task)
    local payload = record_start(task)
    if not payload then
        return
    end
    task.state, task.worker = "running", worker.place
    counts.started = counts.started + 1
    local answered, ok, value = run(worker, task, payload)
    task.worker = nil
    if answered and ok then
        worker.done = worker.done + 1
        record_done(task, value)
    elseif mine(task) then
        worker.failed = worker.failed + 1
        record_failure(task, answered and value or verdict(worker, ok))
    end
    if not answered then
        crew.replace(worker, verdict(worker, ok))
    end
end

-- The worker of an attempt is free for the next one
local function over(made)
    under_way[made] = nil
    if latest[made.task.id] == made then
        latest[made.task.id] = nil
    end
    running = running - 1
    crew.release(made.worker)
    if running == 0 then
        for token in pairs(quiet) do
            skynet.wakeup(token)
        end
    end
    M.work()
end

-- An attempt as a task of the service
local function attend(made)
    local ok, err = pcall(attempt, made.worker, made.task)
    if not ok then
        skynet.error("Attempt of task", made.task.id, "went wrong:", err)
    end
    over(made)
end

-- Goes on for an attempt whose own task was killed, from what is recorded
local function repair(made)
    local task = made.task
    local reason = ("the queue's attempt of task %d was killed"):format(task.id)
    skynet.cancel(made.worker.alarm)
    crew.replace(made.worker, reason)
    -- Comes after what the attempt had written
    local row = store.insist(function(tx)
        return tx:query("SELECT state, attempts FROM tasks WHERE id = ?", task.id)[1] or {}
    end)
    if mine(task) and latest[task.id] == made then
        task.worker = nil
        if row.state == "running" then
            task.attempts = row.attempts
            record_failure(task, reason)
        elseif task.state == "starting" then
            task.state = "queued"
            lanes.push_front(task)
        end
    end
    over(made)
end

-- Looks for attempts whose own tasks were killed
function M.look()
    local killed = {}
    for made in pairs(under_way) do
        if coroutine.status(made.thread) == "dead" then
            killed[#killed + 1] = made
        end
    end
    table.sort(killed, function(a, b) return a.task.id < b.task.id end)
    for _, made in ipairs(killed) do
        made.thread = skynet.fork(repair, made)
    end
end

-- Hands ready tasks to free workers
function M.work()
    while not paused and skynet.time() >= held_until do
        local worker = crew.free()
        local task = worker and lanes.take()
        if not task then
            return
        end
        worker.state, worker.task, task.state = "busy", task.id, "starting"
        running = running + 1
        local made = { worker = worker, task = task }
        latest[task.id], under_way[made] = made, true
        made.thread = skynet.fork(attend, made)
    end
end

-- No attempt begins until resume
function M.pause()
    paused = true
end

function M.resume()
    paused = false
    M.work()
end

-- Waits until nothing runs, at most so many seconds; gives how many still run
function M.wait(seconds)
    if running > 0 then
        local token = {}
        quiet[token] = true
        skynet.sleep(math.ceil(seconds * 100), token)
        quiet[token] = nil
    end
    return running
end

return M
