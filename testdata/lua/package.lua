-- package and require. The modules lie beside this file, the working directory.
package.path, package.cpath = "./?.lua;./?/none.lua", "./?.none"
local alpha = require "modules.alpha"
print(alpha.name, alpha.path, alpha.beta, require("modules.alpha") == alpha, loadedBeta, package.loaded["modules.beta"])
print(pcall(require, "no.such"))
print(pcall(require, "modules.broken"))
print(pcall(require, "modules.raises"))
package.preload.pre = function(...) return select("#", ...) .. tostring((...)) end
print(require "pre", package.loaded.pre)
print(package.searchpath("modules.alpha", package.path), package.searchpath("a.b", "?.x;?.y")); print(package.searchpath("a-b", "?", "-", "+"))
print(#package.searchers, package.config, package.loaders == package.searchers, package.loaded._G == _G, package.loaded.string == string)
table.insert(package.searchers, 2, function(name) if name == "made" then return function(n, extra) return {n = n, extra = extra} end, "extra" end return "\n\tno made" end)
print(require("made").n, require("made").extra); print(pcall(require, "unmade"))
package.path = nil; print(pcall(require, "x.y")); package.path = "./?.lua"
package.searchers = nil; print(pcall(require, "x.y"))
print(package.loadlib("x", "y") == nil)
module("made.module", package.seeall)
function inside() return _NAME .. " " .. _PACKAGE end
print(_G.made.module.inside(), package.loaded["made.module"] == _M)
