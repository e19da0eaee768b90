-- Values from the nearest of three levels that has them: this service's memory,
-- a cache service, a database service. The arguments are the names of the other
-- two; a level whose service is not there, or fails, is passed over, and when
-- it is the last one, the answer says so: nil, "Database error".
local skynet = require "skynet"
local l2_name, l3_name = ...

local L1_TTL = 60    -- seconds
local L2_TTL = 300   -- seconds
local L1_SIZE = 1000 -- keys

-- Multi-level cache
local cache = {
    l1 = {},                         -- Memory cache (fast, small)
    l2 = l2_name or "CACHE_SERVICE", -- Redis cache (medium)
    l3 = l3_name or "DB_SERVICE"     -- Database (slow, persistent)
}
local hits = { l1 = 0, l2 = 0, l3 = 0, none = 0 }

-- Asks another level: whether it answered at all, and what
local function ask(level, ...)
    local addr = skynet.query(cache[level])
    if not addr then
        return false
    end
    local results = table.pack(pcall(skynet.call, addr, "lua", ...))
    if not results[1] then
        skynet.error(level, "failed:", results[2])
    end
    return table.unpack(results, 1, results.n)
end

-- Asks the database, which answers true and the result, or false and the reason:
-- whether it could do it, and the result
local function ask_database(...)
    local answered, ok, result = ask("l3", ...)
    if answered and not ok then
        skynet.error("l3 failed:", result)
    end
    return answered and ok, result
end

-- Level 1 keeps the keys that were stored last: all live equally long, so that
-- what was stored first also expires first.
local order = { first = 1, last = 0 }

local function store_l1(key, data)
    local entry = { key = key, data = data, expire = skynet.time() + L1_TTL }
    cache.l1[key] = entry
    order.last = order.last + 1
    order[order.last] = entry
    while order.last - order.first >= L1_SIZE or order[order.first].expire <= skynet.time() do
        local old = order[order.first]
        order[order.first] = nil
        order.first = order.first + 1
        if cache.l1[old.key] == old then
            cache.l1[old.key] = nil
        end
    end
end

local function get_cached_data(key)
    -- Level 1: Memory cache
    if cache.l1[key] and cache.l1[key].expire > skynet.time() then
        hits.l1 = hits.l1 + 1
        return cache.l1[key].data
    end

    -- Level 2: Redis cache
    local answered, ok, data = ask("l2", "get", key)
    if answered and ok then
        hits.l2 = hits.l2 + 1
        -- Store in L1 cache
        store_l1(key, data)
        return data
    end

    -- Level 3: Database
    ok, data = ask_database("get", key)
    if ok and data ~= nil then
        hits.l3 = hits.l3 + 1
        -- Store in L2 and L1 caches
        ask("l2", "set", key, data, L2_TTL)
        store_l1(key, data)
        return data
    end

    hits.none = hits.none + 1
    if not ok then
        return nil, "Database error"
    end
    return nil
end

local handlers = {}

function handlers.get(key)
    return get_cached_data(key)
end

-- Writes through all levels, the database first; nil takes the key away
function handlers.set(key, data)
    if not ask_database("set", key, data) then
        return false, "Database error"
    end
    if data == nil then
        ask("l2", "del", key)
        cache.l1[key] = nil
    else
        ask("l2", "set", key, data, L2_TTL)
        store_l1(key, data)
    end
    return true
end

-- How many gets each level answered
function handlers.hits()
    return hits
end

skynet.start(function()
    skynet.dispatch("lua", function(session, source, cmd, ...)
        local handler = handlers[cmd]
        if handler then
            skynet.retpack(handler(...))
        else
            skynet.retpack(false, "Unknown command")
        end
    end)

    skynet.info_func(function()
        return hits
    end)

    skynet.register("MULTI_LEVEL_CACHE")
end)
