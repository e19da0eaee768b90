-- A visitor looks at a player's rank, a little later, again.
local skynet = require "skynet"

skynet.start(function()
  skynet.fork(function()
    for i = 1, 1000000 do
      skynet.call("RANKING", "lua", "rank", ("player%05d"):format(i % 500 + 1))
      skynet.sleep(20)
    end
  end)
end)
