-- The database as a service: values by key in the table store. It answers true
-- and the result, or false and the reason. The arguments are a driver and its
-- path or dsn, as db_pool.new takes them; without them it is the file
-- lunarium.db of the data directory.
local skynet = require "skynet"
local db_pool = require "db_pool"

local driver, place = ...

local pool
local down = {}
local handlers = {}

local function open()
    -- A locked file is soon told of: the callers know what to do
    local config = { driver = driver, size = 2, timeout = 5, busy = 0.05 }
    if driver and driver ~= "sqlite" then
        config.dsn = place
    else
        config.path = place
    end
    pool = db_pool.new(config)
end

-- Values of any plain kind are kept packed
local function create(db)
    db:execute("CREATE TABLE IF NOT EXISTS store (name VARCHAR(200) PRIMARY KEY, value " ..
        (driver == "postgres" and "BYTEA" or "BLOB") .. ")")
end

function handlers.ping()
    pool:query("SELECT 1")
    return "pong"
end

function handlers.get(key)
    local row = pool:query("SELECT value FROM store WHERE name = ?", key)[1]
    return row and skynet.unpack(row.value)
end

function handlers.set(key, value)
    pool:transaction(function(tx)
        tx:execute("DELETE FROM store WHERE name = ?", key)
        tx:execute("INSERT INTO store VALUES (?, ?)", key, db_pool.blob(skynet.pack(value)))
    end)
end

-- Forgets all connections and begins anew; the transaction shows that the
-- database can be written
function handlers.reconnect()
    pool:close()
    open()
    pool:transaction(create)
end

function handlers.stats()
    return pool:stats()
end

-- Services that said they went down, in order
function handlers.service_down(name)
    table.insert(down, name)
end

skynet.start(function()
    open()
    create(pool)

    skynet.dispatch("lua", function(session, source, cmd, ...)
        if session == 0 then
            handlers[cmd](...)
        else
            skynet.retpack(pcall(handlers[cmd], ...))
        end
    end)
    skynet.register("DB_SERVICE")
end)
