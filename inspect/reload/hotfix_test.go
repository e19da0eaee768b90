package reload_test

import (
	"errors"
	"strings"
	"testing"

	"lunarium/inspect/inspecttest"
	"lunarium/inspect/reload"
)

// fixable is a service with functions in all the places where they may be written.
const fixable = `#!/usr/bin/lunarium
local skynet = require "skynet"
local mod = require "mod"
local total, factor = 0, 2
local Class = {}
Class.__index = Class
function Class:name() return "old" .. self.n end
local handlers = { add = function(n) total = total + n return total end, ["odd key"] = function() return "(" end }
local function scaled(n) return n * factor end -- function scaled() end
handlers.scaled = scaled
local held = scaled
function handlers.held() return held(1) end
function handlers.name() return setmetatable({n = 1}, Class):name() end
function handlers.made() local function inner() return 1 end return inner() + mod.one() end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...) skynet.retpack(handlers[command](...)) end)
end)
`

func newFixable(t *testing.T) *inspecttest.Bench {
	t.Helper()
	return inspecttest.New(t, map[string]string{"main.lua": fixable, "mod.lua": `local M = {}
local step = 10
function M.one() return step end
return M`})
}

func fix(t *testing.T, b *inspecttest.Bench, p reload.Patch) *reload.Change {
	t.Helper()
	change, err := reload.Hotfix(t.Context(), b.Service, p, false)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

func TestHotfixes(t *testing.T) {
	b := newFixable(t)
	b.Is(`"add", 5`, "5")
	fix(t, b, reload.Patch{Function: "add", Text: "function(n) total = total + 2 * n return total end"})
	b.Is(`"add", 5`, "15")
	fix(t, b, reload.Patch{Function: "scaled", Text: "local function scaled(n) return n * factor + 100 end"})
	b.Is(`"scaled", 1`, "102")
	b.Is(`"held"`, "102")
	fix(t, b, reload.Patch{Function: "Class:name", Text: `function(more) return "new" .. self.n end`})
	b.Is(`"name"`, "new1")
	fix(t, b, reload.Patch{Function: "inner", Text: "function() return 7 end"})
	b.Is(`"made"`, "17")
	fix(t, b, reload.Patch{Function: "M.one", Text: "function() step = step + 1 return step end"})
	b.Is(`"made"`, "18")
	b.Is(`"made"`, "19")
	for range 5 {
		if _, err := reload.Undo(t.Context(), b.Service); err != nil {
			t.Fatal(err)
		}
	}
	b.Is(`"name"`, "old1")
	b.Is(`"held"`, "2")
	b.Is(`"add", 1`, "16")
}

// What the file says goes in with the next reload, whatever was fixed before.
func TestAReloadTakesAHotfixOut(t *testing.T) {
	b := newFixable(t)
	fix(t, b, reload.Patch{Function: "scaled", Text: "function(n) return -n end"})
	b.Edit("factor = 0, 2", "factor = 0, 3")
	b.Is(`"held"`, "-1")
	if _, err := reload.Reload(t.Context(), b.Service, "", false); err != nil {
		t.Fatal(err)
	}
	b.Is(`"held"`, "3")
}

// A hotfix takes one function of a file; what else differs there stays out.
func TestAHotfixTakesOneFunction(t *testing.T) {
	b := newFixable(t)
	b.Write("patch.lua", strings.ReplaceAll(strings.Replace(fixable, "n * factor", "n * factor * 10", 1), `"old"`, `"other"`))
	fix(t, b, reload.Patch{Function: "scaled", File: b.Dir + "/patch.lua"})
	b.Is(`"held"`, "20")
	b.Is(`"name"`, "old1")
}

func TestHotfixesThatAreRefused(t *testing.T) {
	b := newFixable(t)
	b.Write("patch.lua", "function Class.name(self) end local function a() end local function a() end")
	for want, p := range map[string]reload.Patch{
		"has no function nobody":    {Function: "nobody", Text: "function() end"},
		"has no function scaled":    {Function: "scaled", File: b.Dir + "/patch.lua"},
		"with a colon in one":       {Function: "Class:name", File: b.Dir + "/patch.lua"},
		"that is no function":       {Function: "scaled", Text: "1"},
		"syntax error":              {Function: "scaled", Text: "function( end"},
		`", error(1)" follows`:      {Function: "scaled", Text: "function(n) return 1 end, error(1)"},
		`"local x = 1" follows`:     {Function: "scaled", Text: "local function scaled(n) return 1 end local x = 1"},
		`")" follows`:               {Function: "scaled", Text: "(function(n) return 1 end)"},
		`begins with "print(1)`:     {Function: "scaled", Text: "print(1) local function scaled(n) return 1 end"},
		"there is no file nowhere":  {Function: "scaled", File: "nowhere"},
		"handlers.name, Class.name": {Function: "name", Text: "function() end"},
	} {
		_, err := reload.Hotfix(t.Context(), b.Service, p, false)
		var patch *reload.PatchError
		switch {
		case err == nil:
			t.Errorf("%v is taken", p)
		case want == "handlers.name, Class.name":
			if !errors.As(err, &patch) || !strings.Contains(err.Error(), "may be each of") {
				t.Error(err)
			}
		case want != "syntax error" && !strings.Contains(err.Error(), want):
			t.Errorf("%v: %v", p, err)
		}
	}
	b.Is(`"held"`, "2")
}
