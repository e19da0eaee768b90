-- Closures, methods, varargs, tail calls, nested and shared upvalues.
local count = 0
local Account = {}
Account.__index = Account

function Account.new(balance) return setmetatable({ balance = balance or 0 }, Account) end
function Account:deposit(n) self.balance = self.balance + n; count = count + 1; return self end
function Account:log(fmt, ...) print(fmt:format(self.balance, ...), select("#", ...)) end

local function counter()
  local n = 0
  return function() n = n + 1; return n end, function() n = 0; count = count + n end
end

local function pack2(...) return { n = select("#", ...), ... }, ... end
local function pass(...) return pack2(...) end
local function first(...) local x, y = ...; return x, y, (...) end
local function tail(n) if n == 0 then return "done" end return tail(n - 1) end
local function many(a, b, c, d, ...) return d, c, b, a, ... end

local acc = Account.new(10):deposit(5)
acc:log("%d and %s of %d", "text", 3)
acc:log "plain"
print(#{ })
local inc, reset = counter()
inc() inc(); (inc)()
print(inc(), reset(), inc(), tail(100), many(1, 2, 3, 4, 5, 6))
print((pass(1, nil, 3)), first(1, 2, 3))
local a, b, c = first(), (pass())
a, b = b, a
Account.deep = { er = { f = function(...) return function() return acc, inc, count, a end end } }
function Account.deep.er.g(x) _ENV.result = x; return x end
local function scoped() local _ENV = { y = 1 }; x = y; return x end
print(scoped(), Account.deep.er.g(3), result, c)
