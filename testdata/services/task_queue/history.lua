-- What happened in the last minutes, in steps of two seconds: how many tasks
-- were submitted, done and failed, how long they waited and ran.
local skynet = require "skynet"

local M = {}

local STEP = 2    -- seconds
local STEPS = 150 -- that are remembered: five minutes

local steps = {} -- the oldest first

-- The present step; those without events are added, too
local function present()
    local now = math.floor(skynet.time() / STEP)
    local last = steps[#steps]
    if last and now - last.at >= STEPS then
        steps, last = {}, nil
    end
    while not last or last.at < now do
        last = { at = last and last.at + 1 or now, submitted = 0, done = 0, failed = 0, wait = 0, run = 0, ready = 0 }
        steps[#steps + 1] = last
    end
    while #steps > STEPS do
        table.remove(steps, 1)
    end
    return last
end

-- Counts an event of a kind: submitted, done or failed
function M.count(kind)
    local step = present()
    step[kind] = step[kind] + 1
end

-- Notes the longest wait and run of a step, in seconds
function M.took(wait, run)
    local step = present()
    step.wait = math.max(step.wait, wait)
    step.run = math.max(step.run, run)
end

function M.ready(count)
    local step = present()
    step.ready = math.max(step.ready, count)
end

-- The steps after a point of time, as arrays; the last one is still going on
function M.since(at)
    present()
    local list = { step = STEP, steps = STEPS, at = {}, submitted = {}, done = {}, failed = {}, wait = {}, run = {}, ready = {} }
    for _, step in ipairs(steps) do
        if step.at * STEP >= at then
            for name, value in pairs(step) do
                table.insert(list[name], name == "at" and value * STEP or value)
            end
        end
    end
    return list
end

return M
