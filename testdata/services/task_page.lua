-- The monitoring page of the task queue: the files of the directory task_page,
-- the queue's state as a stream of events, and its commands as JSON. The
-- arguments are the address, HOST:PORT or a port of this machine, and the
-- database of the queue, which is begun when it is not there.
local skynet = require "skynet"
local http = require "http"
local json = require "json"

local QUEUE = "TASK_QUEUE"
local EVERY = 30 -- hundredths of a second between two looks at the queue
local LIST = 50  -- the most tasks of a list

local address, database = ...

local directory = assert(package.searchpath("task_page", package.path)):gsub("%.lua$", "")

-- Nothing but the page's own files, and no page of others around it
local HEADERS = {
    ["content-security-policy"] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " ..
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ["referrer-policy"] = "no-referrer",
    ["cache-control"] = "no-cache",
}

-- Asks the queue; false and the reason when it can't answer
local function ask(...)
    local queue = skynet.query(QUEUE)
    if not queue then
        return false, "the queue is not running"
    end
    local results = table.pack(pcall(skynet.call, queue, "lua", ...))
    if not results[1] then
        return false, "the queue has failed: " .. (tostring(results[2]):gsub("\n.*", ""))
    end
    return table.unpack(results, 2, results.n)
end

-- Text as it can be sent: payloads and results may hold any bytes
local function encode(value)
    return json.encode(value, { invalid = "replace" })
end

-- The most characters of a payload or a result that a list shows
local PREVIEW = 2000

-- A Lua value as people read it, if it is JSON
local function written(value)
    local ok, text = pcall(json.encode, value, { pretty = true, invalid = "replace" })
    text = ok and text or "(" .. tostring(text) .. ")"
    return #text > PREVIEW and text:sub(1, PREVIEW):gsub("[\128-\255]*$", "") .. "…" or text
end

-- Events -----------------------------------------------------------------------

-- What a page gets: history and dead letters only as far as it lacks them
local function send(page)
    local snapshot, reason = ask("snapshot", { since = page.since, dead = page.dead, list = LIST })
    if not snapshot then
        return page.stream:send { event = "down", data = encode { reason = reason } }
    end
    for _, task in ipairs(snapshot.dead or {}) do
        task.payload = written(task.payload)
    end
    snapshot.dead = snapshot.dead and json.array(snapshot.dead)
    for _, name in ipairs { "ready", "running", "delayed", "recent", "workers", "lanes", "kinds" } do
        json.array(snapshot[name])
    end
    for _, list in pairs(snapshot.history) do
        if type(list) == "table" then
            json.array(list)
        end
    end
    local at = snapshot.history.at
    page.since, page.dead = at[#at], snapshot.dead_change
    return page.stream:send { event = "snapshot", data = encode(snapshot) }
end

-- Serves one page until it is closed
local function follow(stream)
    local page = { stream = stream, since = 0 }
    repeat
        local ok, open = pcall(send, page)
        if not ok then
            skynet.error("A page could not be told:", open)
        end
    until not ok or not open or not stream:wait(EVERY / 100)
end

-- Commands ---------------------------------------------------------------------

local function answer(value, status)
    return { status = status or 200, headers = { ["content-type"] = "application/json" }, body = encode(value) }
end

-- What the queue answered to a command
local function outcome(result, reason)
    if result == false or result == nil then
        return answer({ error = reason or "there is no such task" }, result == nil and 404 or 409)
    end
    return answer { result = result }
end

-- The JSON object that a request carries, or nil and the answer to it
local function body_of(request)
    if not (request.headers["content-type"] or ""):match("^application/json") then
        return nil, answer({ error = "the body must be application/json" }, 415)
    end
    local ok, body = pcall(json.decode, request.body, { null = false })
    if not ok then
        return nil, answer({ error = (body:gsub("^[^\n]-%.lua:%d+: ", "")) }, 400)
    elseif type(body) ~= "table" then
        return nil, answer({ error = "the body must be a JSON object" }, 400)
    end
    return body
end

-- A handler of commands: f(body, params) asks the queue
local function command(f)
    return function(request)
        local body, refusal = body_of(request)
        if not body then
            return refusal
        end
        return outcome(f(body, request.params))
    end
end

local function number(text)
    return tonumber(text) or -1
end

local function one_or_all(text)
    return text == "all" and "all" or number(text)
end

-- What a list of tasks is asked for, from the query of an address
local function wanted(query)
    local filter = { limit = LIST }
    for _, name in ipairs { "state", "kind", "priority" } do
        filter[name] = query[name] ~= "" and query[name] or nil
    end
    filter.after = tonumber(query.after)
    return filter
end

local function api(router)
    router:get("/api/tasks", function(request)
        local tasks, reason = ask("list", wanted(request.query))
        if not tasks then
            return outcome(tasks, reason)
        end
        return answer { tasks = json.array(tasks), most = LIST }
    end)
    router:get("/api/tasks/:id", function(request)
        local task, reason = ask("status", number(request.params.id))
        if not task then
            return outcome(task, reason)
        end
        task.payload, task.result = written(task.payload), task.result ~= nil and written(task.result) or nil
        return answer(task)
    end)
    router:post("/api/tasks", command(function(body)
        return ask("submit", body.kind, body.payload, body.options or nil)
    end))
    router:post("/api/tasks/:id/cancel", command(function(_, params) return ask("cancel", number(params.id)) end))
    router:post("/api/dead/:id/retry", command(function(_, params) return ask("retry", one_or_all(params.id)) end))
    router:post("/api/dead/:id/purge", command(function(_, params) return ask("purge", one_or_all(params.id)) end))
    router:post("/api/workers/:place/kill", command(function(_, params) return ask("kill_worker", number(params.place)) end))
    router:post("/api/pause", command(function() return ask("pause") end))
    router:post("/api/resume", command(function() return ask("resume") end))
    router:post("/api/drain", command(function(body)
        local quiet, still = ask("drain", tonumber(body.seconds))
        if quiet == false and type(still) == "number" then
            return still
        end
        return quiet and 0, still
    end))
    router:post("/api/renew", command(function() return ask("renew") end))
    router:get("/api/settings", function()
        local list, reason = ask("settings")
        if not list then
            return outcome(list, reason)
        end
        return answer { settings = json.array(list) }
    end)
    router:post("/api/settings", command(function(body) return ask("configure", body) end))
    router:get("/api/events", function() return http.events(function(stream) follow(stream) end) end)
end

local function page()
    local file = http.file(directory .. "/index.html")
    file.headers = HEADERS
    return file
end

-- Service entry point
skynet.start(function()
    if not skynet.query(QUEUE) then
        skynet.newservice("task_queue", database or "task_queue.db")
    end
    local router = http.router()
    router:get("/", page)
    router:static("/files", "task_page")
    api(router)
    local server = http.serve(address or "127.0.0.1:8090", router, { max_body = 1048576 })

    skynet.dispatch("lua", function(session, source, cmd)
        if cmd == "url" then
            skynet.retpack(server.url)
        else
            skynet.retpack(false, "Unknown command")
        end
    end)
    skynet.register("TASK_PAGE")
    skynet.error("The task queue's page is at", server.url .. "/")
end)
