-- Takes tasks in: looks at what was submitted and writes it to the database.
local skynet = require "skynet"
local settings = require "task_queue.settings"
local store = require "task_queue.store"
local crew = require "task_queue.crew"
local history = require "task_queue.history"
local unfinished = require "task_queue.unfinished"

local M = {}

local submitted = 0
local closed = false

-- How many were accepted since the start
function M.submitted()
    return submitted
end

-- Nothing is accepted any more
function M.close()
    closed = true
end

function M.closed()
    return closed
end

local ranges = { max_attempts = { 1, 1000 }, timeout = { 0.01, 1e7 }, delay = { 0, 1e9 } }

-- What is wrong with one option, nil when nothing is
local function refuse_option(name, value)
    local range = ranges[name]
    if range then
        if type(value) ~= "number" or not (value >= range[1] and value <= range[2]) then
            return ("%s must be a number from %g to %g"):format(name, range[1], range[2])
        elseif name == "max_attempts" and value % 1 ~= 0 then
            return "max_attempts must be a whole number"
        end
    elseif name == "priority" then
        if not settings.is_priority(value) then
            return ("there is no priority %s; there are %s"):format(tostring(value), table.concat(settings.priorities, ", "))
        end
    elseif name == "key" then
        if type(value) ~= "string" or value == "" or #value > 200 then
            return "key must be a string of 1 to 200 bytes"
        end
    else
        return "there is no option " .. tostring(name)
    end
end

local function refuse_kind(kind)
    if type(kind) ~= "string" then
        return "the kind must be a string, not a " .. type(kind)
    end
    local kinds = crew.kinds()
    for _, known in ipairs(kinds) do
        if known == kind then
            return nil
        end
    end
    if #kinds > 0 then -- else no worker has said yet what it can do
        return ("there is no kind %s; there are %s"):format(kind, table.concat(kinds, ", "))
    end
end

-- What is wrong with a task as a whole, nil when nothing is
local function refuse(kind, payload, options)
    if closed then
        return "the queue is shutting down"
    elseif type(options) ~= "table" then
        return "the options must be a table, not a " .. type(options)
    elseif #payload > settings.max_payload then
        return ("the payload has %d bytes; %d are allowed"):format(#payload, settings.max_payload)
    end
    for name, value in pairs(options) do
        local reason = refuse_option(name, value)
        if reason then
            return reason
        end
    end
    return refuse_kind(kind)
end

-- Makes a task of what was submitted; or gives nil and what is wrong with it
local function new_task(kind, payload, options)
    options = options == nil and {} or options
    payload = skynet.pack(payload)
    local reason = refuse(kind, payload, options)
    if reason then
        return nil, reason
    end
    local now = skynet.time()
    return {
        kind = kind, priority = options.priority or "normal", key = options.key, payload = payload,
        max_attempts = options.max_attempts or settings.max_attempts, timeout = options.timeout or settings.timeout,
        created = now, due = now + (options.delay or 0), attempts = 0, failures = 0
    }
end

-- Writes a task and gives its id; known: its key was there already
local function insert(tx, task)
    local before = task.key and tx:query("SELECT id FROM tasks WHERE key = ?", task.key)[1]
    if before then
        return before.id, true
    end
    local _, id = tx:execute("INSERT INTO tasks (key, kind, payload, priority, state, max_attempts, timeout, due, created) " ..
        "VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?)", task.key, task.kind, store.blob(task.payload), task.priority,
        task.max_attempts, task.timeout, task.due, task.created)
    return id, false
end

local function accept(task)
    task.payload, task.known = nil, nil
    submitted = submitted + 1
    history.count("submitted")
    unfinished.adopt(task)
end

-- Takes in a list of {kind, payload, options}, all or none. Gives their ids when
-- they are in the database, or false and the reason.
function M.take(entries)
    local list = {}
    for i, entry in ipairs(entries) do
        local task, reason
        if type(entry) == "table" then
            task, reason = new_task(entry[1], entry[2], entry[3])
        else
            reason = "a task must be a table {kind, payload, options}, not a " .. type(entry)
        end
        if not task then
            return false, #entries > 1 and ("task %d: %s"):format(i, reason) or reason
        end
        list[i] = task
    end
    if unfinished.count() + #list > settings.max_tasks then
        return false, ("the queue is full: it has %d unfinished tasks"):format(unfinished.count())
    end
    local ok, ids = store.write(function(tx)
        local ids = {}
        for i, task in ipairs(list) do
            task.id, task.known = insert(tx, task)
            ids[i] = task.id
        end
        return ids
    end, function()
        for _, task in ipairs(list) do
            if not task.known then
                accept(task)
            end
        end
    end)
    if not ok then
        return false, "not accepted: " .. ids
    end
    return ids
end

return M
