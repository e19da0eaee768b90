-- skynet.queue() gives q(f, ...), which runs one f at a time, first in first
-- out. Inside f the same coroutine may enter q again. Errors pass through.
local skynet = require "skynet"

local function queue()
	local lock = {} -- its owner is the coroutine that is inside, as "waits" shows it
	local depth = 0
	local waiting, first, last = {}, 1, 0

	-- A task that is killed inside does not leave: those who wait are woken up then, and see that.
	local function is_killed(task)
		return coroutine.status(task) == "dead"
	end

	local function pass_on()
		repeat
			lock.owner = waiting[first]
			if not lock.owner then return end
			waiting[first] = nil
			first = first + 1
		until not is_killed(lock.owner)
		skynet.wakeup(lock.owner)
	end

	local function leave(ok, ...)
		depth = depth - 1
		if depth == 0 then pass_on() end
		if not ok then error((...), 0) end
		return ...
	end

	return function(f, ...)
		local me = coroutine.running()
		local owner = lock.owner
		if owner and owner ~= me then
			last = last + 1
			waiting[last] = me
			repeat
				if is_killed(lock.owner) then
					depth = 0
					pass_on()
				end
				if lock.owner ~= me then skynet.wait(me, lock) end
			until lock.owner == me
		end
		lock.owner = me
		depth = depth + 1
		return leave(pcall(f, ...))
	end
end

skynet.queue = queue
return queue
