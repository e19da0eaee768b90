-- What the operator of the task queue may set, and what it is from the start.
local M = {}

-- Priorities, the most urgent first
M.priorities = { "urgent", "high", "normal", "low" }

-- Times are seconds, sizes bytes
local settings = {
    min_workers = 1,     -- workers that are always there
    max_workers = 8,
    backlog = 3,         -- ready tasks per worker above which more workers come
    idle = 30,           -- after which a worker beyond min_workers leaves
    heartbeat = 2,       -- between two looks at the workers
    stuck = 10,          -- a worker silent for so long is replaced
    patience = 8,        -- how often a priority is passed over before its turn
    max_attempts = 3,    -- of a task that does not say it itself
    timeout = 300,       -- of one attempt, likewise
    retry_delay = 1,     -- before the second attempt, then twice, four times …
    retry_most = 60,     -- … but no longer than this
    interruptions = 10,  -- ends of the queue that a running task may see
    max_payload = 65536, -- of a task's payload, and of its result
    max_tasks = 100000,  -- unfinished at a time
    keep = 86400,        -- how long finished tasks, and their keys, are remembered
}

local limits = {
    min_workers = { 1, 64 }, max_workers = { 1, 64 }, backlog = { 1, 1e6 }, idle = { 0, 1e9 },
    heartbeat = { 0.1, 3600 }, stuck = { 0.1, 1e6 }, patience = { 1, 1e6 }, max_attempts = { 1, 1000 },
    timeout = { 0.01, 1e7 }, retry_delay = { 0, 1e7 }, retry_most = { 0, 1e7 }, interruptions = { 1, 1e6 },
    max_payload = { 1, 16777216 }, max_tasks = { 1, 1e7 }, keep = { 0, 1e9 },
}

local whole = {
    min_workers = true, max_workers = true, max_attempts = true, patience = true,
    interruptions = true, max_payload = true, max_tasks = true,
}

setmetatable(M, { __index = settings })

-- Says what is wrong with the value of a setting; nil when it may be set
function M.refuse(name, value)
    local limit = limits[name]
    if not limit then
        return "there is no setting " .. tostring(name)
    end
    if type(value) ~= "number" or not (value >= limit[1] and value <= limit[2]) then
        return ("%s must be a number from %s to %s"):format(name, limit[1], limit[2])
    end
    if whole[name] and value % 1 ~= 0 then
        return name .. " must be a whole number"
    end
end

-- Says what is wrong with a table of new values
function M.check(values)
    for name, value in pairs(values) do
        local reason = M.refuse(name, value)
        if reason then
            return reason
        end
    end
    local least = values.min_workers or settings.min_workers
    local most = values.max_workers or settings.max_workers
    if least > most then
        return "min_workers must not be above max_workers"
    end
end

function M.set(values)
    for name, value in pairs(values) do
        settings[name] = value
    end
end

-- All values, as a table of its own
function M.all()
    local all = {}
    for name, value in pairs(settings) do
        all[name] = value
    end
    return all
end

function M.is_priority(name)
    for _, priority in ipairs(M.priorities) do
        if priority == name then
            return true
        end
    end
    return false
end

return M
