-- skynet.request():add { address, type, ... }:select([ti]) sends all requests
-- and iterates over the answers in the order in which they come: the request
-- and a table of its results, or false and the error's text. ti bounds the
-- waiting; what came too late is dropped, and the field timeout tells.
local skynet = require "skynet"

local request = {}
request.__index = request

function request:add(one)
	assert(type(one) == "table", "a request is a table { address, type, ... }")
	assert(not self.tasks, "the requests have been sent")
	self[#self + 1] = one
	return self
end

request.__call = request.add

local function wake(self)
	if self.waiting then skynet.wakeup(self) end
end

local function finish(self, one, ok, ...)
	self.open = self.open - 1
	self.tasks[one] = nil
	self.done[#self.done + 1] = { one, ok and table.pack(...) or false, not ok and (...) or nil }
	wake(self)
end

local function send(self, one)
	self.tasks[one] = skynet.fork(function()
		finish(self, one, pcall(skynet.call, table.unpack(one, 1, one.n or #one)))
	end)
end

-- first_open gives the task of the first request that has no answer yet.
local function first_open(self)
	for i = 1, #self do
		if self.tasks[self[i]] then return self.tasks[self[i]] end
	end
end

function request:close()
	for one, task in pairs(self.tasks or {}) do
		self.tasks[one] = nil
		skynet.killthread(task)
	end
	skynet.cancel(self.timer)
	self.timer = nil
	self.open = 0
end

function request:select(ti)
	assert(not self.tasks, "the requests have been sent")
	self.tasks, self.done, self.open = {}, {}, #self
	for i = 1, #self do send(self, self[i]) end
	if ti then
		self.timer = skynet.timeout(ti, function()
			self.timer = nil
			self.timeout = true
			wake(self)
		end)
	end
	local taken = 0
	return function()
		while taken == #self.done do
			if self.open == 0 or self.timeout then
				self:close()
				return
			end
			self.waiting = true
			skynet.wait(self, { owner = first_open(self) })
			self.waiting = false
		end
		taken = taken + 1
		local answer = self.done[taken]
		self.done[taken] = false
		return answer[1], answer[2], answer[3]
	end
end

return function(one)
	local self = setmetatable({}, request)
	return one and self:add(one) or self
end
