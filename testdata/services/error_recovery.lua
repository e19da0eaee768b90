-- Errors are counted per operation; too many within a minute start a recovery.
local skynet = require "skynet"

local dependencies = {
    database = "DB_SERVICE"
}

local services = {}

local function resolve_dependencies()
    for name, service_name in pairs(dependencies) do
        local addr = skynet.query(service_name)
        if not addr then
            skynet.error("Dependency not found:", service_name)
            return false
        end
        services[name] = addr
    end
    return true
end

-- Error monitoring and recovery
local error_counts = {}
local max_errors = 10
local error_window = 60 -- seconds

local function handle_operation_failure(operation)
    if operation == "database" then
        -- Reconnect database
        services.database = nil
        if resolve_dependencies() then
            local ok, done, reason = pcall(skynet.call, services.database, "lua", "reconnect")
            return ok and done, reason or done
        end
    end
    return false, "not found"
end

-- After a recovery the errors before it no longer count
local function recover(operation)
    local ok, reason = handle_operation_failure(operation)
    if ok then
        skynet.error("Recovered operation:", operation)
        error_counts[operation] = nil
    else
        skynet.error("Recovery failed:", reason)
    end
end

local function check_error_rate()
    local now = skynet.time()
    for operation, errors in pairs(error_counts) do
        -- Clean old errors
        local recent_errors = 0
        for _, error_time in ipairs(errors) do
            if now - error_time < error_window then
                recent_errors = recent_errors + 1
            end
        end

        if recent_errors > max_errors then
            skynet.error("High error rate for operation:", operation)
            -- Trigger recovery action, in a task of its own as it waits
            skynet.fork(recover, operation)
        end
    end
end

local function record_error(operation)
    if not error_counts[operation] then
        error_counts[operation] = {}
    end
    table.insert(error_counts[operation], skynet.time())

    -- Keep only recent errors
    if #error_counts[operation] > max_errors * 2 then
        table.remove(error_counts[operation], 1)
    end
end

local function check_every(ti)
    skynet.timeout(ti, function()
        check_error_rate()
        check_every(ti)
    end)
end

local handlers = {}

-- A database operation: true and its result, or false when the database could
-- not do it
local function database(...)
    local ok, done, result = pcall(skynet.call, services.database, "lua", ...)
    if not ok or not done then
        record_error("database")
        return false, "Database error"
    end
    return true, result
end

function handlers.query(key)
    return database("get", key)
end

function handlers.store(key, value)
    return database("set", key, value)
end

function handlers.errors(operation)
    return #(error_counts[operation] or {})
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    resolve_dependencies()
    check_every(1000)
    skynet.register("ERROR_RECOVERY")
end)
