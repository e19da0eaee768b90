-- The tasks in an SQLite database. What a function here has written is on the
-- disk when it returns.
--
-- Changes that are asked for while one is being committed go together into the
-- next transaction: the disk is waited for once for all of them.
local skynet = require "skynet"
local db_pool = require "db_pool"

local M = {}

local SCHEMA = {
    [[CREATE TABLE IF NOT EXISTS tasks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT UNIQUE,
        kind TEXT NOT NULL,
        payload BLOB NOT NULL,
        priority TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, -- that were begun
        failures INTEGER NOT NULL DEFAULT 0, -- of these, since it was submitted or retried by hand
        cut INTEGER NOT NULL DEFAULT 0,      -- attempts that the end of the queue cut off
        max_attempts INTEGER NOT NULL,
        timeout REAL NOT NULL,
        due REAL NOT NULL,
        created REAL NOT NULL,
        started REAL,
        finished REAL,
        result BLOB,
        error TEXT)]],
    "CREATE INDEX IF NOT EXISTS tasks_by_state ON tasks (state, id)",
    "CREATE INDEX IF NOT EXISTS tasks_by_end ON tasks (finished) WHERE finished IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value REAL NOT NULL)",
}

local BATCH = 500 -- changes of one transaction

local pool
local pending = {}
local committing = false
local trouble -- why the last change could not be written

-- An error's text without the place in this file
local function reason(err)
    return (tostring(err):gsub("^[^\n]-%.lua:%d+: ", ""):gsub("\n.*", ""))
end

function M.open(path)
    pool = db_pool.new { path = path, size = 1, wait = 60, timeout = 60 }
    pool:transaction(function(tx)
        for _, statement in ipairs(SCHEMA) do
            tx:execute(statement)
        end
    end)
end

function M.close()
    pool:close()
end

-- Why the last change could not be written; nil: it was
function M.trouble()
    return trouble
end

local function settle(entry)
    if not entry.error and entry.apply then
        local ok, err = pcall(entry.apply, entry.value)
        if not ok then -- the others must not wait for ever
            skynet.error("After a change:", err)
        end
    end
    entry.over = true
    skynet.wakeup(entry)
end

-- Commits changes together. When that fails each is tried alone, so that one
-- can't spoil the others.
local function commit(batch)
    local ok, err = pcall(pool.transaction, pool, function(tx)
        for _, entry in ipairs(batch) do
            entry.value = entry.change(tx)
        end
    end)
    if not ok and #batch > 1 then
        for _, entry in ipairs(batch) do
            commit { entry }
        end
        return
    end
    trouble = not ok and reason(err) or nil
    for _, entry in ipairs(batch) do
        entry.error = trouble
        settle(entry)
    end
end

local function commit_all()
    while #pending > 0 do
        local batch = {}
        for i = 1, math.min(#pending, BATCH) do
            batch[i] = pending[i]
        end
        pending = table.move(pending, #batch + 1, #pending, 1, {})
        commit(batch)
    end
    committing = false
end

-- Commits what change(tx) writes, then calls apply with what it gave, before
-- any later change is applied. Gives true and that value, or false and the
-- reason; then nothing was written.
function M.write(change, apply)
    local entry = { change = change, apply = apply }
    pending[#pending + 1] = entry
    if not committing then
        committing = true
        skynet.fork(commit_all)
    end
    while not entry.over do
        skynet.wait(entry)
    end
    if entry.error then
        return false, entry.error
    end
    return true, entry.value
end

-- Like write for what must not be lost: tries until it is written
function M.insist(change, apply)
    local pause = 1
    while true do
        local ok, value = M.write(change, apply)
        if ok then
            return value
        end
        if pause == 1 then
            skynet.error("Not written, trying again:", value)
        end
        skynet.sleep(pause * 100)
        pause = math.min(pause * 2, 30)
    end
end

function M.query(sql, ...)
    return pool:query(sql, ...)
end

-- The values of a finished task's or a payload's bytes
function M.unpack(bytes)
    return bytes and skynet.unpack(bytes)
end

function M.blob(bytes)
    return db_pool.blob(bytes)
end

return M
