-- The lfs library.
-- reference: none
local lfs = require "lfs"
print(lfs == _G.lfs, lfs.currentdir():match("[^/]*$"))
local dir = os.tmpname(); os.remove(dir)
print(lfs.mkdir(dir)); print(lfs.mkdir(dir)); print((lfs.attributes(dir, "mode")))
for _, name in ipairs {"c", "a", "b"} do local f = io.open(dir .. "/" .. name, "w"); f:write("12345"); f:close() end
local names = {}; for name in lfs.dir(dir) do names[#names + 1] = name end; print(table.concat(names, " "))
local a = lfs.attributes(dir .. "/a"); print(a.mode, a.size, a.modification <= os.time() + 1, #a.permissions, lfs.attributes(dir .. "/a", "size"))
print((select(2, lfs.attributes(dir .. "/none")):gsub(dir, "DIR"))); print(pcall(lfs.attributes, dir, "nonsense"))
print((select(2, pcall(lfs.dir, dir .. "/none")):gsub(dir, "DIR")))
print(lfs.rmdir(dir))
local next, object = lfs.dir(dir); print(object:next(), object:close(), pcall(object.next, object))
for _, name in ipairs {"c", "a", "b"} do os.remove(dir .. "/" .. name) end
print(lfs.rmdir(dir), lfs.rmdir(dir))
print(pcall(lfs.chdir, "/"))
