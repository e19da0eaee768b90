-- A service that needs others: it starts only when all of them are there.
local skynet = require "skynet"

local SERVICE_NAME = "DEPENDENCY_SERVICE"

local M = {}
local _state = { config = {} }

-- Service with dependencies
local dependencies = {
    config = "CONFIG_SERVICE",
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

-- Initialize with dependencies
function M.init()
    if not resolve_dependencies() then
        return false
    end

    -- Load configuration
    local ok, config = skynet.call(services.config, "lua", "get", SERVICE_NAME)
    if ok then
        _state.config = config
    end

    -- Test database connection
    local ok, result = skynet.call(services.database, "lua", "ping")
    if not ok then
        skynet.error("Database connection failed")
        return false
    end

    return true
end

local handlers = {}

function handlers.greet(name)
    return _state.config.greeting .. ", " .. name
end

function handlers.store(key, value)
    return skynet.call(services.database, "lua", "set", key, value)
end

function handlers.fetch(key)
    return skynet.call(services.database, "lua", "get", key)
end

skynet.start(function()
    if not M.init() then
        skynet.exit()
    end

    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(handlers[cmd](...))
    end)

    skynet.register(SERVICE_NAME)
end)
