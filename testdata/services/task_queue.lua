-- The task queue: tasks are taken in, kept in a database, run by workers in the
-- order of their priority, tried again when they fail, and put aside as dead
-- letters when they fail too often. The argument is the database's file.
--
--   queued ──> running ──> done
--     ^           │
--     └─ failed ──┼──> dead ──(retry)──> queued
--                 └──> cancelled
--
-- A state holds when it is in the database, and only then.
local skynet = require "skynet"
local settings = require "task_queue.settings"
local store = require "task_queue.store"
local lanes = require "task_queue.lanes"
local crew = require "task_queue.crew"
local unfinished = require "task_queue.unfinished"
local attempts = require "task_queue.attempts"
local intake = require "task_queue.intake"
local view = require "task_queue.view"

local SERVICE_NAME = "TASK_QUEUE"
local PRUNE_EVERY = 3600 -- seconds
local LONGEST = 1e7      -- seconds that drain waits

local database = ... or "task_queue.db"

-- Command handlers
local commands = {}

-- submit(kind, payload [, options]) gives the task's id once it is in the
-- database, or false and the reason. A key that is known gives its task's id.
function commands.submit(kind, payload, options)
    local ids, reason = intake.take { { kind, payload, options } }
    if not ids then
        return false, reason
    end
    return ids[1]
end

-- submit_all{{kind, payload, options}, …} takes in all of them or none
function commands.submit_all(entries)
    if type(entries) ~= "table" then
        return false, "the tasks must be a table of {kind, payload, options}, not a " .. type(entries)
    end
    return intake.take(entries)
end

function commands.status(id)
    return view.task(id)
end

function commands.progress(id)
    return view.progress(id)
end

function commands.list(filter)
    filter = filter == nil and {} or filter
    local reason = view.refuse(filter)
    if reason then
        return false, reason
    end
    return view.list(filter)
end

function commands.stats()
    return view.stats()
end

function commands.workers()
    return view.workers()
end

function commands.snapshot(want)
    want = want == nil and {} or want
    local reason = view.refuse_snapshot(want)
    if reason then
        return false, reason
    end
    return view.snapshot(want)
end

-- A worker tells how far a task's attempt is
function commands.report(id, attempt, fraction, text)
    local task = unfinished.get(id)
    if task and task.state == "running" and task.attempts == attempt then
        if type(fraction) == "number" and fraction == fraction then
            task.progress = math.max(0, math.min(fraction, 1))
        end
        task.note = text and text:sub(1, 200)
        crew.heard(task.worker)
    end
end

-- cancel(id) gives true, or false and the reason. What runs is ended together
-- with its worker.
function commands.cancel(id)
    local task = unfinished.get(id)
    if not task then
        return false, "there is no unfinished task " .. tostring(id)
    end
    local ok, changed = store.write(function(tx)
        return (tx:execute("UPDATE tasks SET state = 'cancelled', finished = ? " ..
            "WHERE id = ? AND state IN ('queued', 'running')", skynet.time(), id))
    end, function(changed)
        if changed == 1 then
            local worker = crew.at(task.worker)
            unfinished.finish(task, "cancelled")
            if worker then
                crew.replace(worker, ("task %d was cancelled"):format(id))
            end
        end
    end)
    if not ok then
        return false, changed
    elseif changed == 0 then
        return false, "it has just ended"
    end
    return true
end

-- dead([limit [, after]]) gives the dead letters with their payloads
function commands.dead(limit, after)
    return commands.list { state = "dead", limit = limit, after = after, payload = true }
end

-- One dead letter by its id, or "all"; the parameters are both times which
local DEAD_LETTERS = " WHERE state = 'dead' AND (id = ? OR ? = 'all')"

-- What is wrong with the name of dead letters, nil when nothing is
local function refuse_which(which)
    if which ~= "all" and (type(which) ~= "number" or which % 1 ~= 0) then
        return 'the id of a dead letter, or "all", is expected, not ' .. (type(which) == "table" and "a table" or tostring(which))
    end
end

-- retry(id or "all") queues dead letters anew, with all their attempts; gives
-- how many
function commands.retry(which)
    local reason = refuse_which(which)
    if reason then
        return false, reason
    end
    local due = skynet.time()
    local ok, rows = store.write(function(tx)
        local rows = tx:query("SELECT id, key, kind, priority, attempts, max_attempts, timeout, created, error FROM tasks" ..
            DEAD_LETTERS .. " ORDER BY id", which, which)
        tx:execute("UPDATE tasks SET state = 'queued', failures = 0, cut = 0, due = ?, finished = NULL" .. DEAD_LETTERS,
            due, which, which)
        return rows
    end, function(rows)
        unfinished.buried(-#rows)
        for _, row in ipairs(rows) do
            row.failures, row.due = 0, due
            unfinished.adopt(row)
        end
    end)
    if not ok then
        return false, rows
    end
    return #rows
end

-- purge(id or "all") forgets dead letters; gives how many
function commands.purge(which)
    local reason = refuse_which(which)
    if reason then
        return false, reason
    end
    local ok, changed = store.write(function(tx)
        return (tx:execute("DELETE FROM tasks" .. DEAD_LETTERS, which, which))
    end, function(changed)
        unfinished.buried(-changed)
    end)
    if not ok then
        return false, changed
    end
    return changed
end

-- kill_worker(place) ends a worker; its task goes back to the queue
function commands.kill_worker(place)
    local worker = crew.at(place)
    if not worker then
        return false, "there is no worker " .. tostring(place)
    end
    crew.replace(worker, "it was killed by the operator")
    return true
end

-- renew() has fresh workers, with the code that is on the disk now, take the
-- places of all; each finishes its task before it goes. When the handlers' file
-- can't be loaded all stay, and the answer is false and the reason.
function commands.renew()
    return crew.renew()
end

-- configure{name = value, …} changes settings, for good; without an argument it
-- gives all
function commands.configure(values)
    if values == nil then
        return settings.all()
    elseif type(values) ~= "table" then
        return false, "the settings must be a table {name = value, …}, not a " .. type(values)
    end
    local reason = settings.check(values)
    if reason then
        return false, reason
    end
    local ok, err = store.write(function(tx)
        for name, value in pairs(values) do
            tx:execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, value)
        end
    end, function()
        settings.set(values)
    end)
    if not ok then
        return false, err
    end
    crew.limit()
    return true
end

-- All settings in their order: value, default, limits, what each is
function commands.settings()
    return settings.describe()
end

-- Between pause and resume no attempt begins
function commands.pause()
    attempts.pause()
    return true
end

function commands.resume()
    if intake.closed() then
        return false, "the queue is shutting down"
    end
    attempts.resume()
    return true
end

-- Says why something can't be waited for, or nil
local function refuse_seconds(seconds)
    if seconds ~= nil and (type(seconds) ~= "number" or not (seconds <= LONGEST)) then
        return ("the seconds must be a number up to %g"):format(LONGEST)
    end
end

-- drain([seconds]) pauses and waits until nothing runs: true, or false and how
-- many tasks still run
function commands.drain(seconds)
    local refused = refuse_seconds(seconds)
    if refused then
        return false, refused
    end
    attempts.pause()
    local still = attempts.wait(seconds or 60)
    if still > 0 then
        return false, still
    end
    return true
end

-- shutdown([seconds]) drains and ends the service. What still runs is cut off,
-- and run again by the next one.
function commands.shutdown(seconds)
    local refused = refuse_seconds(seconds)
    if refused then
        return false, refused
    end
    intake.close()
    local quiet, still = commands.drain(seconds)
    skynet.fork(function()
        crew.stop()
        store.close()
        skynet.exit()
    end)
    return quiet, still
end

-- Reads what an earlier queue left. Its running tasks run again, unless they
-- have seen the end of too many queues: then it is they that end them.
local function recover()
    for _, row in ipairs(store.query "SELECT name, value FROM settings") do
        if not settings.refuse(row.name, row.value) then
            settings.set { [row.name] = row.value }
        end
    end
    store.insist(function(tx)
        tx:execute("UPDATE tasks SET cut = cut + 1, state = 'queued' WHERE state = 'running'")
        tx:execute("UPDATE tasks SET state = 'dead', finished = ?, error = 'the queue ended ' || cut || ' times while it ran' " ..
            "WHERE state = 'queued' AND cut >= ?", skynet.time(), settings.interruptions)
    end)
    local totals = {}
    for _, row in ipairs(store.query("SELECT state, count(*) AS n FROM tasks " ..
        "WHERE state IN ('done', 'dead', 'cancelled') GROUP BY state")) do
        totals[row.state] = row.n
    end
    unfinished.start(totals, function() attempts.work() end)
    local rows = store.query("SELECT id, key, kind, priority, attempts, failures, max_attempts, timeout, due, created, error " ..
        "FROM tasks WHERE state = 'queued' ORDER BY due, id")
    for _, row in ipairs(rows) do
        unfinished.adopt(row)
    end
    if #rows > 0 then
        skynet.error("Unfinished tasks from before:", #rows)
    end
end

-- Finished tasks, and their keys, are forgotten after a while
local function prune()
    skynet.timeout(PRUNE_EVERY * 100, prune)
    store.write(function(tx)
        local gone = {}
        for _, state in ipairs { "done", "cancelled" } do
            gone[state] = tx:execute("DELETE FROM tasks WHERE state = ? AND finished < ?", state, skynet.time() - settings.keep)
        end
        return gone
    end, function(gone)
        unfinished.pruned(gone)
    end)
end

local function heartbeat()
    skynet.timeout(math.ceil(settings.heartbeat * 100), heartbeat)
    attempts.look()
    crew.heartbeat(attempts.paused() and 0 or lanes.count())
end

-- The node stops: it waits five seconds for its services
skynet.dispatch("system", function(session, source, cmd)
    if cmd == "shutdown" and not intake.closed() then
        commands.shutdown(4)
    end
end)

-- Service entry point
skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        if cmd == "attend" then
            local place, kinds = ...
            crew.attend(place, kinds, skynet.response())
        elseif not commands[cmd] then
            skynet.retpack(false, "Unknown command")
        elseif session == 0 then
            commands[cmd](...)
        else
            skynet.retpack(commands[cmd](...))
        end
    end)

    skynet.info_func(function()
        return view.stats()
    end)

    store.open(database)
    recover()
    heartbeat() -- a worker that never gets up is missed while crew.start waits for it
    crew.start(function() attempts.work() end)
    skynet.timeout(PRUNE_EVERY * 100, prune)
    skynet.register(SERVICE_NAME)
end)
