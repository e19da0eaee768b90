-- One worker of task_queue.lua. It runs one task at a time with the functions of
-- task_handlers.lua. Its arguments: its place among the workers, and the
-- address of the queue. With the place "trial" it only looks whether it could
-- begin, and ends.
local skynet = require "skynet"

local place, queue = ...
local trial = place == "trial"
place, queue = tonumber(place), tonumber(queue)

-- The queue finds its worker by this name, also while the handlers are loaded
skynet.register("TASK_WORKER_" .. (place or "TRIAL"))

local handlers = require "task_handlers"

local REPORT_EVERY = 10 -- hundredths of a second

-- Kinds of tasks that this worker can run
local function kinds()
    local list = {}
    for kind in pairs(handlers) do
        list[#list + 1] = kind
    end
    table.sort(list)
    return list
end

-- What a handler calls to tell how far it is: a fraction from 0 to 1, and a text.
-- It gives way, so that a long computation answers the queue's questions.
local function reporter(task)
    local last = -REPORT_EVERY
    return function(fraction, text)
        if skynet.now() - last < REPORT_EVERY and fraction ~= 1 then
            return
        end
        last = skynet.now()
        skynet.send(queue, "lua", "report", task.id, task.attempt, fraction, text and tostring(text))
        skynet.yield()
    end
end

-- A handler's error with its way inside the handlers
local function traceback(err)
    if type(err) ~= "string" then
        return "the handler raised a " .. type(err)
    end
    return (debug.traceback(err, 2):gsub("\n\t%[C%]: in function 'xpcall'.*", ""))
end

local commands = {}

function commands.ping()
    return kinds()
end

-- Runs a task: true and its result in packed form, or false and the reason
function commands.run(task)
    local handler = handlers[task.kind]
    if not handler then
        return false, "there is no handler for tasks of the kind " .. task.kind
    end
    local ok, result = xpcall(handler, traceback, skynet.unpack(task.payload), reporter(task), task)
    if not ok then
        return false, result
    end
    ok, result = pcall(skynet.pack, result)
    if not ok then
        return false, "the result can't be kept: " .. tostring(result)
    end
    if #result > task.max_result then
        return false, ("the result has %d bytes; %d are allowed"):format(#result, task.max_result)
    end
    return true, result
end

skynet.start(function()
    kinds() -- raises when the file gives no table
    if trial then
        return skynet.exit()
    end
    skynet.dispatch("lua", function(session, source, cmd, ...)
        skynet.retpack(commands[cmd](...))
    end)
    -- The queue says when a worker is to go
    skynet.dispatch("system", function() end)

    -- The answer comes when the queue has no use for this worker, or has ended
    skynet.fork(function()
        pcall(skynet.call, queue, "lua", "attend", place, kinds())
        skynet.exit()
    end)
end)
