-- A ranking of players. They are sorted when one is asked for after a score has changed.
local skynet = require "skynet"

local players = {}
local sorted

local function better(a, b)
  if a.score ~= b.score then
    return a.score > b.score
  end
  return a.name < b.name
end

local function ranking()
  if sorted then
    return sorted
  end
  local list = {}
  for _, player in pairs(players) do
    list[#list + 1] = player
  end
  table.sort(list, better)
  sorted = list
  return list
end

local commands = {}

function commands.join(count)
  sorted = nil
  for i = 1, count do
    local name = ("player%05d"):format(i)
    players[name] = {name = name, score = (i * 7919) % 1000}
  end
  return count
end

function commands.score(name, points)
  local player = players[name]
  player.score = player.score + points
  sorted = nil
  return player.score
end

function commands.rank(name)
  for rank, player in ipairs(ranking()) do
    if player.name == name then
      return rank
    end
  end
end

skynet.start(function()
  skynet.dispatch("lua", function(_, _, command, ...)
    skynet.retpack(commands[command](...))
  end)
  skynet.register("RANKING")
end)
