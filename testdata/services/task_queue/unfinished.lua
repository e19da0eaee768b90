-- The unfinished tasks in memory, without their payloads, and what became of
-- the others. The database is told first; this follows.
local skynet = require "skynet"
local lanes = require "task_queue.lanes"

local M = {}

local RECENT = 30 -- finished tasks that are remembered here

local tasks = {} -- by id
local count = 0
local totals = { done = 0, dead = 0, cancelled = 0 } -- in the database
local recent = {} -- finished lately, the last one first
local dead_change = 0
local on_ready -- called when a task has become ready

-- To be called first, with the totals of the database
function M.start(found, ready)
    for state, n in pairs(found) do
        totals[state] = n
    end
    on_ready = ready
end

function M.get(id)
    return tasks[id]
end

function M.all()
    return tasks
end

function M.count()
    return count
end

function M.totals()
    return totals
end

function M.recent()
    return recent
end

local function make_ready(task)
    task.alarm = nil
    lanes.push(task)
    on_ready()
end

-- Has a task wait until it is due
function M.enqueue(task)
    task.state = "queued"
    local wait = task.due - skynet.time()
    if wait > 0 then
        task.alarm = skynet.timeout(math.ceil(wait * 100), function() make_ready(task) end)
    else
        make_ready(task)
    end
end

function M.adopt(task)
    tasks[task.id] = task
    count = count + 1
    M.enqueue(task)
end

-- A task that needs no more work leaves the memory
function M.finish(task, state)
    local now = skynet.time()
    skynet.cancel(task.alarm)
    lanes.remove(task)
    tasks[task.id] = nil
    count = count - 1
    if state == "dead" then
        M.buried(1)
    else
        totals[state] = totals[state] + 1
    end
    task.state, task.alarm = state, nil
    table.insert(recent, 1, {
        id = task.id, kind = task.kind, state = state, attempts = task.attempts, finished = now, error = task.error,
        wait = (task.started or now) - task.due, run = task.started and now - task.started
    })
    recent[RECENT + 1] = nil
end

-- n dead letters more, or fewer when it is negative
function M.buried(n)
    totals.dead = totals.dead + n
    dead_change = dead_change + 1
end

-- Finished tasks have left the database
function M.pruned(gone)
    for state, n in pairs(gone) do
        totals[state] = totals[state] - n
    end
end

-- Another number whenever the dead letters have changed
function M.dead_change()
    return dead_change
end

return M
