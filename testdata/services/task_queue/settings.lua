-- What the operator of the task queue may set, and what it is from the start.
local M = {}

-- Priorities, the most urgent first
M.priorities = { "urgent", "high", "normal", "low" }

-- Name, value from the start, least and greatest value, what it is. Times are
-- seconds, sizes bytes.
local rows = {
    { "min_workers", 1, 1, 64, "workers that are always there", whole = true },
    { "max_workers", 8, 1, 64, "the most workers", whole = true },
    { "backlog", 3, 1, 1e6, "ready tasks per worker above which more workers come" },
    { "idle", 30, 0, 1e9, "after which a worker beyond min_workers leaves", unit = "s" },
    { "heartbeat", 2, 0.1, 3600, "between two looks at the workers", unit = "s" },
    { "stuck", 10, 0.1, 1e6, "a worker silent for so long is replaced", unit = "s" },
    { "patience", 8, 1, 1e6, "how often a priority is passed over before its turn", whole = true },
    { "max_attempts", 3, 1, 1000, "of a task that does not say it itself", whole = true },
    { "timeout", 300, 0.01, 1e7, "of one attempt, likewise", unit = "s" },
    { "retry_delay", 1, 0, 1e7, "before the second attempt, then twice, four times …", unit = "s" },
    { "retry_most", 60, 0, 1e7, "… but no longer than this", unit = "s" },
    { "interruptions", 10, 1, 1e6, "ends of the queue that a running task may see", whole = true },
    { "max_payload", 65536, 1, 16777216, "of a task's payload, and of its result", whole = true, unit = "bytes" },
    { "max_tasks", 100000, 1, 1e7, "unfinished at a time", whole = true },
    { "keep", 86400, 0, 1e9, "how long finished tasks, and their keys, are remembered", unit = "s" },
}

local settings, described = {}, {}
for _, row in ipairs(rows) do
    local name, value, least, most, what = table.unpack(row)
    settings[name] = value
    described[name] = { name = name, default = value, least = least, most = most, whole = row.whole or false, unit = row.unit, what = what }
end

setmetatable(M, { __index = settings })

-- Says what is wrong with the value of a setting; nil when it may be set
function M.refuse(name, value)
    local setting = described[name]
    if not setting then
        return "there is no setting " .. tostring(name)
    end
    if type(value) ~= "number" or not (value >= setting.least and value <= setting.most) then
        return ("%s must be a number from %s to %s"):format(name, setting.least, setting.most)
    end
    if setting.whole and value % 1 ~= 0 then
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

-- All settings in their order, each with its value, default, limits and meaning
function M.describe()
    local list = {}
    for i, row in ipairs(rows) do
        local setting = { value = settings[row[1]] }
        for name, value in pairs(described[row[1]]) do
            setting[name] = value
        end
        list[i] = setting
    end
    return list
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
