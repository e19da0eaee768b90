-- What the queue shows of itself: tasks, lanes, workers, figures.
local skynet = require "skynet"
local settings = require "task_queue.settings"
local store = require "task_queue.store"
local lanes = require "task_queue.lanes"
local crew = require "task_queue.crew"
local history = require "task_queue.history"
local unfinished = require "task_queue.unfinished"
local attempts = require "task_queue.attempts"
local intake = require "task_queue.intake"

local M = {}

local COLUMNS = "id, key, kind, priority, state, attempts, failures, max_attempts, timeout, due, created, started, finished, error"

-- A row of the database with what memory knows beside
local function completed(row)
    row.payload, row.result = store.unpack(row.payload), store.unpack(row.result)
    local task = unfinished.get(row.id)
    if task then
        row.progress, row.note, row.worker = task.progress, task.note, task.worker
        if task.alarm then
            row.due_in = math.floor((task.due - skynet.time()) * 100 + 0.5) / 100
        end
    end
    return row
end

-- All about one task, with payload and result; nil: there is none
function M.task(id)
    local row = store.query("SELECT " .. COLUMNS .. ", payload, result FROM tasks WHERE id = ?", tonumber(id) or 0)[1]
    return row and completed(row)
end

-- The fraction and the text that a task's handler reported last; nil: there is
-- no such task
function M.progress(id)
    local task = unfinished.get(id)
    if task then
        return task.progress or 0, task.note or task.state
    end
    local row = store.query("SELECT state FROM tasks WHERE id = ?", tonumber(id) or 0)[1]
    if row then
        return row.state == "done" and 1 or 0, row.state
    end
end

local function is_count(value)
    return type(value) == "number" and value >= 0 and value % 1 == 0
end

local function is_text(value)
    return type(value) == "string"
end

-- What a list may be asked for: a test for the value, and what it must be
local filters = {
    state = { is_text, "a string" }, kind = { is_text, "a string" }, priority = { is_text, "a string" },
    after = { is_count, "a whole number from 0" }, limit = { is_count, "a whole number from 0" },
    payload = { function(value) return type(value) == "boolean" end, "true or false" }
}
local wants = { since = { function(value) return type(value) == "number" end, "a number" }, dead = filters.after, list = filters.limit }

-- A refused value: "5" and 5 look alike without their types
local function shown(value)
    if type(value) == "table" then
        return "a table"
    elseif type(value) == "string" then
        return 'the string "' .. value .. '"'
    end
    return tostring(value)
end

local function refuse(asked, known)
    if type(asked) ~= "table" then
        return "what is asked for must be a table, not a " .. type(asked)
    end
    for name, value in pairs(asked) do
        if not known[name] then
            return "there is no filter " .. tostring(name)
        elseif not known[name][1](value) then
            return ("%s must be %s, not %s"):format(name, known[name][2], shown(value))
        end
    end
end

-- What is wrong with a filter, nil when nothing is
function M.refuse(filter)
    return refuse(filter, filters)
end

-- What is wrong with what a snapshot is asked for
function M.refuse_snapshot(want)
    return refuse(want, wants)
end

-- Tasks in the order of their ids, after an id, at most limit; state, kind and
-- priority choose
function M.list(filter)
    local where, values = { "id > ?" }, { tonumber(filter.after) or 0 }
    for _, name in ipairs { "state", "kind", "priority" } do
        if filter[name] then
            where[#where + 1] = name .. " = ?"
            values[#values + 1] = tostring(filter[name])
        end
    end
    values[#values + 1] = math.min(tonumber(filter.limit) or 100, 1000)
    local rows = store.query("SELECT " .. COLUMNS .. (filter.payload and ", payload" or "") .. " FROM tasks WHERE " ..
        table.concat(where, " AND ") .. " ORDER BY id LIMIT ?", table.unpack(values))
    for _, row in ipairs(rows) do
        completed(row)
    end
    return rows
end

function M.workers()
    local now, list = skynet.time(), {}
    for i, worker in ipairs(crew.list()) do
        local task = unfinished.get(worker.task)
        list[i] = {
            place = worker.place, name = worker.name, address = worker.address, state = worker.state,
            task = worker.task, kind = task and task.kind, done = worker.done, failed = worker.failed,
            age = now - worker.since, silent = crew.silent(worker), leaving = worker.leaving
        }
    end
    return list
end

function M.stats()
    local counts = attempts.counts()
    return {
        unfinished = unfinished.count(), ready = lanes.count(), running = attempts.running(), totals = unfinished.totals(),
        since_start = { submitted = intake.submitted(), started = counts.started, done = counts.done, failed = counts.failed },
        workers = #crew.list(), wanted = crew.wanted(), replaced = crew.replaced(),
        paused = attempts.paused(), trouble = store.trouble(), handlers = crew.trouble()
    }
end

local function as_waiting(task)
    local now = skynet.time()
    return {
        id = task.id, kind = task.kind, priority = task.priority, failures = task.failures, max_attempts = task.max_attempts,
        error = task.error, waits = not task.alarm and now - task.due or nil, due_in = task.alarm and task.due - now or nil
    }
end

local function as_running(task)
    return {
        id = task.id, kind = task.kind, priority = task.priority, attempt = task.failures + 1, max_attempts = task.max_attempts,
        progress = task.progress or 0, note = task.note, worker = task.worker, runs = skynet.time() - task.started
    }
end

-- The tasks that are ready, in the order of their lanes
local function ready(most)
    local list = {}
    for _, priority in ipairs(settings.priorities) do
        for _, task in ipairs(lanes.first(priority, most - #list)) do
            list[#list + 1] = as_waiting(task)
        end
    end
    return list
end

-- Goes through the unfinished tasks once: those that run, those that are not yet
-- due, and how many of each are in the lanes
local function survey()
    local rows, runs, delayed = {}, {}, {}
    for i, priority in ipairs(settings.priorities) do
        local oldest = lanes.first(priority, 1)[1]
        rows[i] = { priority = priority, ready = lanes.count(priority), delayed = 0, running = 0,
            oldest = oldest and skynet.time() - oldest.due }
        rows[priority] = rows[i]
    end
    for _, task in pairs(unfinished.all()) do
        local row = rows[task.priority]
        if task.alarm then
            row.delayed = row.delayed + 1
            delayed[#delayed + 1] = task
        elseif task.state == "running" then
            row.running = row.running + 1
            runs[#runs + 1] = task
        end
    end
    for _, priority in ipairs(settings.priorities) do
        rows[priority] = nil
    end
    table.sort(runs, function(a, b) return a.id < b.id end)
    table.sort(delayed, function(a, b) return a.due < b.due or a.due == b.due and a.id < b.id end)
    return rows, runs, delayed
end

local function map(list, f, most)
    local mapped = {}
    for i = 1, math.min(#list, most) do
        mapped[i] = f(list[i])
    end
    return mapped
end

-- Everything that a monitoring page shows. want.since: history after it only;
-- want.dead: the number of dead letters' last change that is known; want.list:
-- the most tasks of each list.
function M.snapshot(want)
    history.ready(lanes.count())
    local most = want.list or 50
    local rows, runs, delayed = survey()
    local snapshot = {
        time = skynet.time(), stats = M.stats(), lanes = rows, workers = M.workers(), kinds = crew.kinds(),
        running = map(runs, as_running, most), delayed = map(delayed, as_waiting, most), ready = ready(most),
        recent = unfinished.recent(), history = history.since(want.since or 0), dead_change = unfinished.dead_change()
    }
    if want.dead ~= snapshot.dead_change then
        snapshot.dead = M.list { state = "dead", limit = most, payload = true }
    end
    return snapshot
end

return M
