-- Starts workers, calls them in every way they know, ends them in every way, and
-- accounts for each call: the answer is the number of calls and of their ends.
local skynet = require "skynet"

-- calls gives a function that makes a call in a task of its own and checks how
-- it ends, one that waits until all have ended and raises what was wrong, and one
-- that counts them.
local function calls()
	local made, ended, wrong = 0, 0, nil
	local me = coroutine.running()
	local function call(check, to, ...)
		made = made + 1
		skynet.fork(function(...)
			local ok, err = pcall(check, pcall(skynet.call, to, "lua", ...))
			if not ok then wrong = err end
			ended = ended + 1
			if ended == made then skynet.wakeup(me) end
		end, ...)
	end
	local function wait()
		if ended < made then skynet.wait(me) end
		if wrong then error(wrong, 0) end
	end
	return call, wait, function() return made, ended end
end

local function gives(want)
	return function(ok, v)
		if not ok or v ~= want then error(("a call gave %s, %s"):format(ok, v)) end
	end
end

local function fails(pattern)
	return function(ok, err)
		if ok or not tostring(err):find(pattern) then error(("a call gave %s, %s"):format(ok, err)) end
	end
end

-- over is the end of a call to a service that ended.
local function over(ok, err)
	local text = tostring(err)
	if ok or not (text:find "exited" or text:find "was killed") then
		error(("a call gave %s, %s"):format(ok, text))
	end
end

local function round(seed)
	local call, wait, count = calls()
	local a, b = skynet.newservice("soak_worker"), skynet.newservice("soak_worker")
	call(gives(seed), a, "echo", seed)
	call(fails("no good"), a, "fail", "no good")
	call(gives("late"), b, "late", seed % 3)
	call(gives(7), a, "relay", b, "echo", 7)
	call(fails("boom"), a, "relay", b, "fail", "boom")
	call(gives(6), b, "timers", 6)
	call(gives(true), a, "named", "SOAK_" .. a)
	call(gives(seed), a, "deferred", seed % 4, seed)
	call(gives(5), b, "forked", 5)
	call(gives(6), a, "relay", b, "sum", { 1, 2, 3 })
	skynet.send(a, "lua", "sum", { seed })
	wait()
	for i = 1, 3 do
		call(over, a, "never")
		call(over, a, "relay", b, "never")
		call(over, a, "deferred", 360000)
	end
	skynet.sleep(seed % 3)
	if seed % 2 == 0 then
		skynet.kill(b)
		skynet.kill(a)
	else
		call(over, b, "quit")
		call(over, a, "quit")
	end
	wait()
	call(over, a, "echo")
	wait()
	return count()
end

skynet.start(function()
	skynet.dispatch("lua", function(_, _, seed) skynet.retpack(round(seed)) end)
end)
