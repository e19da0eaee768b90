-- The lfs library. reference: with lfs
local lfs = require "lfs"
local base = os.tmpname() .. "d"
local plain = base:gsub("%p", "%%%0")
local function show(...)
  local t = table.pack(...)
  for i = 1, t.n do t[i] = tostring(t[i]):gsub(plain, "BASE"):gsub("0x%x+", "ADDRESS") end
  print(table.concat(t, "\t"))
end
local function try(f, ...) show(pcall(f, ...)) end
local function keys(t) local k = {} for n in pairs(t) do k[#k + 1] = tostring(n) end table.sort(k) return table.concat(k, " ") end

print(lfs == _G.lfs, lfs.currentdir():match("[^/]*$"), lfs._VERSION, type(lfs._DESCRIPTION))
for name in pairs{attributes = 1, chdir = 1, currentdir = 1, dir = 1, link = 1, lock = 1, lock_dir = 1, mkdir = 1, rmdir = 1, setmode = 1, symlinkattributes = 1, touch = 1, unlock = 1} do assert(type(lfs[name]) == "function", name) end

-- directories
show(lfs.mkdir(base)); show(lfs.mkdir(base)); show(lfs.mkdir("/nonexistent/x")); show(lfs.rmdir("/nonexistent/x")); try(lfs.mkdir); try(lfs.rmdir, {})
local file = base .. "/f"
local f = io.open(file, "w"); f:write("hello"); f:close()
try(lfs.dir, base .. "/none"); try(lfs.dir)
local following, object = lfs.dir(base)
show(type(following), type(object), keys(getmetatable(object)), keys(getmetatable(object).__index)); show(object:close()); show(object:close()); try(object.next, object); try(following, object); try(following); try(following, io.stdout)
local names = {}; for name in lfs.dir(base) do names[#names + 1] = name end; table.sort(names); show(table.concat(names, " "))
following, object = lfs.dir(base); while following(object) do end; try(following, object)

-- times
local function times(...) show(pcall(lfs.touch, file, ...)); show(lfs.attributes(file, "access"), lfs.attributes(file, "modification")) end
times(1000); times(1000, 2000); times(1000.9, 2000.5); times(nil, 3000); times(nil); times("12", "13"); times(-5)
show(lfs.touch(file), os.time() - lfs.attributes(file, "access") < 5, os.time() - lfs.attributes(file, "modification") < 5)
show(lfs.touch(base .. "/none")); try(lfs.touch); try(lfs.touch, file, "x"); try(lfs.touch, file, 1, {})

-- links
show(lfs.link(file, base .. "/hard")); show(lfs.link(file, base .. "/hard")); show(lfs.link("f", base .. "/soft", true)); show(lfs.link(base .. "/none", base .. "/x")); try(lfs.link, 1); try(lfs.link)
show(lfs.attributes(file, "nlink"), lfs.symlinkattributes(base .. "/soft", "target"), lfs.symlinkattributes(base .. "/soft").target, lfs.symlinkattributes(base .. "/soft", "mode"), lfs.attributes(base .. "/soft", "mode"))
show(lfs.symlinkattributes(file, "target")); show(lfs.symlinkattributes(file).target); show(lfs.symlinkattributes(base .. "/none", "target")); show(lfs.symlinkattributes(base .. "/none"))

-- attributes
show(keys(lfs.attributes(file))); show(keys(lfs.symlinkattributes(base .. "/soft")))
show(lfs.attributes(file, "size"), lfs.symlinkattributes(base .. "/soft", "size"), lfs.attributes(base, "mode"), lfs.attributes("/dev/null", "mode"), lfs.attributes("/dev/null", "permissions"))
local given = {1}; show(lfs.attributes(file, given) == given, given[1], given.size)
show(lfs.attributes(base .. "/none")); show(lfs.attributes("")); try(lfs.attributes); try(lfs.attributes, file, "nonsense"); try(lfs.symlinkattributes, file, "nonsense"); try(lfs.attributes, file, "target"); try(lfs.attributes, file, 5)
try(function() lfs.attributes(file, "nonsense") end)
show(type(lfs.attributes(file, true)))

-- modes and locks
f = io.open(file, "r+")
show(lfs.setmode(f, "binary")); show(lfs.setmode(f, "text")); try(lfs.setmode, f, "x"); try(lfs.setmode, f); try(lfs.setmode); try(lfs.setmode, 1, "text")
for _, args in ipairs{{"w"}, {"r"}, {"u"}, {"write"}, {"w", 0, 10}, {"w", -1}, {"w", 0.5}, {"x"}, {""}, {}, {"w", "a"}} do show(pcall(lfs.lock, f, table.unpack(args))) end
show(lfs.unlock(f)); show(lfs.unlock(f, 0, 5)); try(lfs.unlock, f, {}); try(lfs.lock); try(lfs.unlock, 1)
f:close(); try(lfs.lock, f, "w"); try(lfs.unlock, f); try(lfs.setmode, f, "text")
f = io.open(file, "r"); show(lfs.lock(f, "w")); show(lfs.lock(f, "r")); f:close()
f = io.open(file, "w"); show(lfs.lock(f, "r")); show(lfs.lock(f, "w")); f:close()
f = io.popen("true"); show(lfs.setmode(f, "text")); show(lfs.lock(f, "r")); f:close()

-- locked directories
local lock = lfs.lock_dir(base)
show(type(lock), keys(getmetatable(lock)), keys(getmetatable(lock).__index)); show(lfs.lock_dir(base)); show(lfs.symlinkattributes(base .. "/lockfile.lfs", "target")); show(lock:free()); show(lock:free()); show((lfs.symlinkattributes(base .. "/lockfile.lfs"))); show(lfs.lock_dir("/nonexistent")); try(lfs.lock_dir); try(lock.free); try(lock.free, 1); try(lock.free, io.stdout)
lock = lfs.lock_dir(base); lock = nil; collectgarbage(); collectgarbage(); show((lfs.symlinkattributes(base .. "/lockfile.lfs")))

-- the working directory
local here = lfs.currentdir()
show(lfs.chdir(base)); show(lfs.currentdir()); show(io.open("f") ~= nil, (os.execute("test -e f"))); show(lfs.chdir("none")); show(lfs.chdir("f")); try(lfs.chdir)
show(lfs.rmdir(base)); show(lfs.rmdir("f")); show(lfs.chdir(here), lfs.currentdir() == here)
for _, name in ipairs{"f", "hard", "soft"} do os.remove(base .. "/" .. name) end
lfs.chdir(base); show(lfs.rmdir(base)); show(lfs.currentdir()); lfs.chdir(here)
