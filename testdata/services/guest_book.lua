-- A guest book that visitors read and write by HTTP, on a port that the system
-- chooses. The messages "get" and "post" make the service its own visitor.
local skynet = require "skynet"
local http = require "http"

local entries = {}
local server

local app = http.router()

app:get("/entries", function()
    local lines = {}
    for i, entry in ipairs(entries) do
        lines[i] = i .. " " .. entry.name .. ": " .. entry.text .. "\n"
    end
    return table.concat(lines)
end)

app:get("/entries/:id", function(request)
    local entry = entries[tonumber(request.params.id)]
    if not entry then return http.text("there is no such entry\n", 404) end
    return entry.text
end)

app:post("/entries", function(request)
    local form = request:form()
    if not form.name or not form.text then return http.text("name and text are missing\n", 400) end
    entries[#entries + 1] = {name = form.name, text = form.text}
    return http.redirect("/entries/" .. #entries)
end)

local command = {}

function command.get(path)
    local answer = http.get(server.url .. path)
    return answer.status, answer.body
end

function command.post(path, body)
    local answer = http.request{
        url = server.url .. path, body = body, redirects = 0,
        headers = {["content-type"] = "application/x-www-form-urlencoded"},
    }
    return answer.status, answer.headers.location or answer.body
end

skynet.start(function()
    skynet.dispatch("lua", function(_, _, name, ...) skynet.retpack(command[name](...)) end)
    skynet.register("GUEST_BOOK")
    server = http.serve("127.0.0.1:0", app)
end)
