-- The structured service: constants, a module, private state, handlers by name.
-- Its data lives in the table config of a database (config.db, as db_pool.new takes
-- it), so that it outlives the service; its statistics are in a cache (config.cache,
-- as cache.connect takes it).
local skynet = require "skynet"
local db_pool = require "db_pool"
local queue = require "skynet.queue"

-- Service constants
local SERVICE_NAME = "STRUCTURED_SERVICE"
local MAX_CONNECTIONS = 1000
local TIMEOUT = 30 -- seconds

-- Service module
local M = {}

-- Private state
local _state = {
    config = {},
    connections = {},
    data = {},
    timers = {},
    stats = {}
}

-- One init or set_data at a time: none reads what another is about to change
local one_at_a_time = queue()

-- The statements of each database. SQLite keeps values as they are; the others,
-- whose columns have types, get them packed.
local SQL = {
    sqlite = {
        create = "CREATE TABLE IF NOT EXISTS config (key PRIMARY KEY, value)",
        load = "SELECT key, value FROM config",
        store = "INSERT OR REPLACE INTO config VALUES (?, ?)"
    },
    postgres = {
        create = "CREATE TABLE IF NOT EXISTS config (key VARCHAR(200) PRIMARY KEY, value BYTEA)",
        load = "SELECT key, value FROM config",
        store = "INSERT INTO config VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        packed = true
    },
    mysql = {
        create = "CREATE TABLE IF NOT EXISTS config (`key` VARCHAR(200) COLLATE utf8mb4_bin PRIMARY KEY, value BLOB)" ..
            " CHARACTER SET utf8mb4",
        load = "SELECT `key`, value FROM config",
        store = "REPLACE INTO config VALUES (?, ?)",
        packed = true
    }
}

local function count(t)
    local n = 0
    for _ in pairs(t) do n = n + 1 end
    return n
end

-- Initialize service
function M.init(config)
    config = config or {}

    -- Validate configuration
    config.max_connections = config.max_connections or MAX_CONNECTIONS
    if config.max_connections > MAX_CONNECTIONS then
        config.max_connections = MAX_CONNECTIONS
    end

    -- Load resources
    one_at_a_time(M.load_resources, config)

    -- Start background tasks
    M.start_timers()

    return true
end

-- Load resources. Those of an earlier init are given back when the new ones are
-- there; if they can't be had, nothing changes
function M.load_resources(config)
    local new = { config = config, data = {} }
    local ok, reason = pcall(M.open_resources, new)
    local old = _state
    if not ok then
        old = new
    else
        new.connections, new.timers, new.stats = old.connections, old.timers, old.stats
        _state = new
    end
    if old.db_pool then
        old.db_pool:close()
    end
    if old.cache then
        old.cache:close()
    end
    if not ok then
        error(reason, 0)
    end
end

function M.open_resources(state)
    -- Initialize database connections
    state.db_pool = db_pool.new(state.config.db)
    state.sql = SQL[state.db_pool:stats().driver]
    state.db_pool:execute(state.sql.create)

    -- Initialize cache
    state.cache = require "cache".connect(state.config.cache)

    -- Load initial data
    for _, row in ipairs(state.db_pool:query(state.sql.load)) do
        if state.sql.packed then
            state.data[row.key] = skynet.unpack(row.value)
        else
            state.data[row.key] = row.value
        end
    end
end

-- Start background timers; those of an earlier start end
function M.start_timers()
    for _, timer in pairs(_state.timers) do
        skynet.kill(timer)
    end

    -- Cleanup timer
    local function cleanup()
        M.cleanup_inactive_connections()
        _state.timers.cleanup = skynet.timeout(60000, cleanup)
    end
    _state.timers.cleanup = skynet.timeout(60000, cleanup)

    -- Stats timer
    local function stats()
        M.update_stats()
        _state.timers.stats = skynet.timeout(5000, stats)
    end
    _state.timers.stats = skynet.timeout(5000, stats)
end

function M.cleanup_inactive_connections()
    for conn_id, conn in pairs(_state.connections) do
        if skynet.time() - conn.last_active > TIMEOUT then
            _state.connections[conn_id] = nil
        end
    end
end

-- The stats are in the cache, too, for others to read; a cache that is away
-- matters little
function M.update_stats()
    _state.stats = {
        connections = count(_state.connections),
        keys = count(_state.data)
    }
    local ok, reason = pcall(_state.cache.set, _state.cache, SERVICE_NAME .. ":stats", _state.stats, 60)
    if not ok then
        skynet.error("Stats not cached:", reason)
    end
end

-- Persists to the database
function M.store(key, value)
    if type(value) == "table" then
        return false, "a value is a string, a number or a boolean"
    end
    local kept = value
    if _state.sql.packed then
        kept = db_pool.blob(skynet.pack(value))
    end
    _state.db_pool:execute(_state.sql.store, key, kept)

    _state.data[key] = value
    return true
end

-- Command handlers
local handlers = {}

function handlers.init(config)
    return M.init(config)
end

function handlers.get_data(key)
    return _state.data[key]
end

function handlers.set_data(key, value)
    return one_at_a_time(M.store, key, value)
end

function handlers.register_connection(conn_id, client_addr)
    if not _state.connections[conn_id] and count(_state.connections) >= _state.config.max_connections then
        return false, "Too many connections"
    end

    _state.connections[conn_id] = {
        id = conn_id,
        client = client_addr,
        created = skynet.time(),
        last_active = skynet.time()
    }

    return true
end

function handlers.unregister_connection(conn_id)
    _state.connections[conn_id] = nil
    return true
end

-- Service entry point
skynet.start(function()
    -- Register command handlers
    skynet.dispatch("lua", function(session, source, cmd, ...)
        local handler = handlers[cmd]
        if handler then
            local results = table.pack(pcall(handler, ...))
            if results[1] then
                skynet.ret(skynet.pack(table.unpack(results, 2, results.n)))
            else
                skynet.error("Handler error:", cmd, results[2])
                skynet.ret(skynet.pack(false, "Internal error"))
            end
        else
            skynet.ret(skynet.pack(false, "Unknown command"))
        end
    end)

    skynet.info_func(function()
        return _state.stats
    end)

    -- Register service
    skynet.register(SERVICE_NAME)

    -- Initialize with default config
    M.init()
end)
