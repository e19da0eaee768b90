-- The tasks that are ready to run: one lane for each priority, first in first
-- out within it.
--
-- The most urgent lane that has a task goes first. A lane that has a task and is
-- passed over settings.patience times in a row goes next, whatever its priority:
-- no lane starves, and an urgent task waits for few others.
local settings = require "task_queue.settings"

local M = {}

-- A lane's tasks stand at first … last. A task that was taken out of the middle
-- leaves false.
local lanes = {}

for i, priority in ipairs(settings.priorities) do
    lanes[i] = { priority = priority, first = 1, last = 0, count = 0, passed = 0 }
    lanes[priority] = lanes[i]
end

function M.push(task)
    local lane = lanes[task.priority]
    lane.last = lane.last + 1
    lane[lane.last] = task
    lane.count = lane.count + 1
    task.place = lane.last
end

-- Puts a task before all others of its priority
function M.push_front(task)
    local lane = lanes[task.priority]
    lane.first = lane.first - 1
    lane[lane.first] = task
    lane.count = lane.count + 1
    task.place = lane.first
end

function M.remove(task)
    local lane = lanes[task.priority]
    if task.place and lane[task.place] == task then
        lane[task.place] = false
        lane.count = lane.count - 1
        task.place = nil
    end
end

local function shift(lane)
    while true do
        local task = lane[lane.first]
        lane[lane.first] = nil
        lane.first = lane.first + 1
        if task then
            lane.count = lane.count - 1
            task.place = nil
            return task
        end
    end
end

-- The lane whose turn it is, nil when all are empty
local function choose()
    local chosen
    for _, lane in ipairs(lanes) do
        if lane.count > 0 and (not chosen or
            lane.passed >= settings.patience and lane.passed > chosen.passed) then
            chosen = lane
        end
    end
    return chosen
end

-- Takes the task that is to run next, nil when there is none
function M.take()
    local chosen = choose()
    if not chosen then
        return nil
    end
    for _, lane in ipairs(lanes) do
        if lane == chosen or lane.count == 0 then
            lane.passed = 0
        else
            lane.passed = lane.passed + 1
        end
    end
    return shift(chosen)
end

-- How many tasks are ready, of one priority or of all
function M.count(priority)
    if priority then
        return lanes[priority].count
    end
    local n = 0
    for _, lane in ipairs(lanes) do
        n = n + lane.count
    end
    return n
end

-- The first tasks of a priority, in their order, at most n
function M.first(priority, n)
    local lane, list = lanes[priority], {}
    for i = lane.first, lane.last do
        if #list >= n then
            break
        end
        if lane[i] then
            list[#list + 1] = lane[i]
        end
    end
    return list
end

return M
