-- What the workers of the task queue can do: a function for each kind of task.
-- It gets the payload, a function report(fraction, text), and the task's id and
-- attempt, whose pair never comes twice. What it returns is the result; an error
-- makes the task fail.
local skynet = require "skynet"

local handlers = {}

-- Sleeps payload.seconds and tells of each tenth
function handlers.sleep(payload, report)
    local seconds = payload and payload.seconds or 1
    for tenth = 1, 10 do
        skynet.sleep(math.ceil(seconds * 10))
        report(tenth / 10, ("%.1f s of %g s"):format(seconds * tenth / 10, seconds))
    end
    return "slept " .. seconds .. " s"
end

-- Counts the primes up to payload.limit
function handlers.compute(payload, report)
    local limit, count = payload.limit or 100000, 0
    for n = 2, limit do
        local prime = true
        for d = 2, math.floor(math.sqrt(n)) do
            if n % d == 0 then
                prime = false
                break
            end
        end
        count = count + (prime and 1 or 0)
        if n % 1000 == 0 then
            report(n / limit, count .. " primes up to " .. n)
        end
    end
    return { primes = count, limit = limit }
end

-- Never succeeds
function handlers.fail(payload)
    error(payload and payload.reason or "this task always fails")
end

-- Succeeds at the attempt after payload.failures
function handlers.flaky(payload, report, task)
    if task.attempt <= payload.failures then
        error(("attempt %d fails, as do the first %d"):format(task.attempt, payload.failures))
    end
    return "worked at attempt " .. task.attempt
end

-- Fetches payload.url; answers from 500 on are failures, to be tried again
function handlers.fetch(payload, report)
    local answer = require "http".get(payload.url)
    report(0.5, "answered " .. answer.status)
    if answer.status >= 500 then
        error(("%s answered %d"):format(payload.url, answer.status))
    end
    return { status = answer.status, bytes = #answer.body }
end

-- Never ends, and does not give way
function handlers.hang()
    while true do end
end

-- Ends its worker
function handlers.crash()
    skynet.exit()
end

return handlers
