-- Configurations by service name, kept in the database: a dependency of
-- dependency_service.lua. Those of DEFAULTS are put in when they are missing.
local skynet = require "skynet"
local db_pool = require "db_pool"

local DEFAULTS = {
    DEPENDENCY_SERVICE = { greeting = "hello", retries = 3 }
}

local pool
local down = {}
local handlers = {}

local INSERT = "INSERT OR REPLACE INTO service_config VALUES (?, ?, ?)"

local function load(db, name)
    local rows = db:query("SELECT name, value FROM service_config WHERE service = ? ORDER BY name", name)
    local config
    for _, row in ipairs(rows) do
        config = config or {}
        config[row.name] = row.value
    end
    return config
end

local function store(name, config)
    pool:transaction(function(tx)
        tx:execute("DELETE FROM service_config WHERE service = ?", name)
        for key, value in pairs(config) do
            tx:execute(INSERT, name, key, value)
        end
    end)
end

function handlers.get(name)
    local config = load(pool, name)
    if config then
        return true, config
    end
    return false, "no configuration for " .. tostring(name)
end

function handlers.set(name, config)
    store(name, config)
    return true
end

-- Services that said they went down, in order
function handlers.service_down(name)
    table.insert(down, name)
end

skynet.start(function()
    pool = db_pool.new()
    pool:execute([[
        CREATE TABLE IF NOT EXISTS service_config (service, name, value, PRIMARY KEY (service, name))
    ]])
    for name, config in pairs(DEFAULTS) do
        if not load(pool, name) then
            store(name, config)
        end
    end

    skynet.dispatch("lua", function(session, source, cmd, ...)
        if session == 0 then
            handlers[cmd](...)
        else
            skynet.retpack(handlers[cmd](...))
        end
    end)
    skynet.register("CONFIG_SERVICE")
end)
