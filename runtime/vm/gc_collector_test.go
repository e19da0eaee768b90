package vm_test

import (
	"testing"

	"lunarium/runtime/vm"
)

// entries counts a table's entries; weak makes a table with a mode.
const collectorPrelude = `
local function entries(t) local n = 0 for _ in next, t do n = n + 1 end return n end
local function weak(mode, t) return setmetatable(t or {}, {__mode = mode}) end
`

func checkCollector(t *testing.T, programs []program) {
	t.Helper()
	for i := range programs {
		programs[i].source = collectorPrelude + programs[i].source
	}
	check(t, programs)
}

func TestWeakTables(t *testing.T) {
	checkCollector(t, []program{
		{"values", `local kept = {} local t = weak("v", {kept, {}, x = {}, y = kept, [kept] = {}}) collect()
			return #t, entries(t), t[1] == kept, t.y == kept`, "1 2 true true"},
		{"keys", `local kept = {} local t = weak("k", {[kept] = 1, [{}] = 2, a = {}, {}}) collect() return entries(t), t[kept]`, "3 1"},
		{"keys and values", `local kept = {} local t = weak("kv", {[kept] = {}, [{}] = kept, [1] = kept, a = "b"}) collect()
			return entries(t), t[1] == kept, t.a`, "2 true b"},
		{"what has no identity stays", `local t = weak("kv", {1, "a" .. "b", true, [true] = 1.5, [0.5] = "x", [tostring] = tostring}) collect()
			return entries(t), #t`, "6 3"},
		{"functions and coroutines go", `local t = weak("v", {function() return t end, create(tostring), wrap(tostring)}) collect() return entries(t)`, "0"},
		{"an ephemeron's value does not keep its key", `local t = weak "k" do local k = {} t[k] = {k} end collect() return entries(t)`, "0"},
		{"a chain of ephemerons", `local t, first = weak "k", {} local k = first for i = 1, 1000 do local n = {} t[k] = n k = n end k = nil
			collect() local n = entries(t) first = nil collect() return n, entries(t)`, "1000 0"},
		{"chains through two tables", `local a, b, key = weak "k", weak "k", {} do local x, y = {}, {} b[x] = y a[y] = 3 a[key] = x end
			collect() local n = entries(a) + entries(b) key = nil collect() return n, entries(a) + entries(b)`, "3 0"},
		{"the mode comes after the metatable", `local m = {} local t = setmetatable({{}}, m) m.__mode = "v" collect() return entries(t)`, "0"},
		{"the mode changes", `local m = {__mode = "v"} local t = setmetatable({{}}, m) m.__mode = nil collect() return entries(t)`, "1"},
		{"a traversal goes on after a cycle", `local t = weak("v") for i = 1, 20 do t["k" .. i] = {} end
			local n = 0 for k in next, t do n = n + 1 collect() end return n, entries(t)`, "1 0"},
		{"new keys find room among dead ones", `local t = weak "k" for round = 1, 50 do for i = 1, 20 do t[{}] = i end collect() end return entries(t)`, "0"},
		{"a local out of scope is dead", `local t = weak("v") do local x = {} t[1] = x end collect() return t[1]`, "nil"},
		{"a suspended coroutine keeps its locals", `local t = weak("v") local co = wrap(function() local x = {} t[1] = x yield() return x end)
			co() collect() local n = #t co() co = nil collect() return n, #t`, "1 0"},
		{"arguments of a waiting Go function live", `local t = weak("v") t[1] = {} local ok = pcall(function(x) collect() return x end, t[1]) return #t`, "1"},
		{"varargs live", `local t = weak("v") local function f(...) collect() return ... end t[1] = {} f(t[1], 1) return #t`, "1"},
		{"variables shared with a dead coroutine live", `local t = weak("v") local get
			do local co = wrap(function() local x = {} t[1] = x get = function() return x end yield() end) co() end
			collect() return get() == t[1]`, "true"},
		{"cycles of tables go", `local t = weak("v") do local a, b = {}, {} a.b, b.a = b, a t[1], t[2] = a, b end collect() return #t`, "0"},
	})
}

func TestAutomaticCycles(t *testing.T) {
	checkCollector(t, []program{
		{"while", `local t = weak("v", {{}}) while t[1] do local a = {} end return #t`, "0"},
		{"repeat", `local t = weak("v", {{}}) repeat local a = {} until not t[1] return #t`, "0"},
		{"repeat, the value tested in place", `local t = weak("v", {{}}) repeat until not ({t[1]})[1] return #t`, "0"},
		{"strings", `local t, n = weak("v", {{}}), 0 while t[1] do n = n + 1 local a = n .. n .. n end return #t`, "0"},
		{"calls", `local t = weak("v", {{}}) local function f(n) if not t[1] then return n end local a = {} return f(n + 1) end return f(0) > 1`, "true"},
		{"a for loop keeps its variables", `local t, all = weak("v"), {{}, {}, {}} for i, v in next, all do t[i] = v
			for j = 1, 50000 do local a = {} end if t[i] ~= v then return i end end return "kept"`, "kept"},
		{"arguments of a call live", `local t = weak("v") local function f(x, n) if n == 0 then return x == t[1] end local a = {} return f(x, n - 1) end
			t[1] = {} return f(t[1], 100000)`, "true"},
		{"finalizers", `local done = false do setmetatable({}, {__gc = function() done = true end}) end local n = 0
			while not done do n = n + 1 local a = {} end return n > 0`, "true"},
		{"a late mode is noticed", `local m = {} local t = setmetatable({{}}, m) m.__mode = "v" while t[1] do local a = {} end return #t`, "0"},
		{"an error in a finalizer comes up where it runs", `setmetatable({}, {__gc = function() error("boom") end})
			local ok, e = pcall(function() while true do local a = {} end end) return ok, e`, "false error in __gc metamethod (boom)"},
		{"finalizers that an error left over wait while stopped", `stop() local n = 0 local m = {__gc = function() n = n + 1 error "boom" end}
			setmetatable({}, m) setmetatable({}, m) local ok = pcall(collect) local first = n
			local fine = pcall(function() for i = 1, 300000 do local x = {} end end) return ok, first, fine, n`, "false 1 true 1"},
		{"not while stopped", `stop() local t = weak("v", {{}}) for i = 1, 200000 do local a = {} end return #t`, "1"},
	})
}

func TestFinalizers(t *testing.T) {
	checkCollector(t, []program{
		{"in reverse order", `local s = "" local m = {__gc = function(o) s = s .. o.n end} for i = 1, 5 do setmetatable({n = i}, m) end collect() return s`, "54321"},
		{"once", `local n = 0 setmetatable({}, {__gc = function() n = n + 1 end}) collect() collect() return n`, "1"},
		{"only if __gc was there", `local n, m = 0, {} setmetatable({}, m) m.__gc = function() n = n + 1 end collect() return n`, "0"},
		{"the function that is there in the end", `local s local m = {__gc = true} setmetatable({}, m) m.__gc = function() s = "new" end collect() return s`, "new"},
		{"no function, no call", `setmetatable({}, {__gc = true}) collect() return "fine"`, "fine"},
		{"resurrection", `local back setmetatable({n = 1}, {__gc = function(o) back = o end}) collect() local n = back.n back = nil collect() return n`, "1"},
		{"marked again", `local n = 0 local m m = {__gc = function(o) n = n + 1 if n < 3 then setmetatable(o, m) end end} setmetatable({}, m)
			collect() collect() collect() collect() return n`, "3"},
		{"weak values go before, keys after", `local v, k, seen = weak("v"), weak("k") do local o = setmetatable({}, {__gc = function(o) seen = (v[1] == nil) and k[o] end})
			v[1], k[o] = o, "found" end collect() local n = entries(k) collect() return seen, n, entries(k)`, "found 1 0"},
		{"what it refers to lives", `local s local inner = {n = 7} setmetatable({inner = inner}, {__gc = function(o) s = o.inner.n end}) inner = nil collect() return s`, "7"},
		{"an error ends the collection", `local n = 0 local m = {__gc = function(o) n = n + 1 if o.bad then error("boom") end end}
			setmetatable({}, m) setmetatable({bad = true}, m) local ok, e = pcall(collect) local first = n collect() return ok, e, first, n`,
			"false error in __gc metamethod (boom) 1 2"},
		{"an error that is no string", `setmetatable({}, {__gc = function() error({}) end}) local ok, e = pcall(collect) return e`, "error in __gc metamethod (no message)"},
		{"a cycle inside one", `local n = 0 setmetatable({}, {__gc = function() n = n + 1 setmetatable({}, {__gc = function() n = n + 10 end}) collect() end}) collect() return n`, "11"},
		{"may use coroutines and pcall", `local s = "" setmetatable({}, {__gc = function() for v in wrap(function() yield("a") yield("b") end) do s = s .. v end
			s = s .. type_of(pcall(error, "x")) end}) function type_of(ok) return ok and "ok" or "failed" end collect() return s`, "abfailed"},
	})
}

func TestClose(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `order = "" kept = {} local m = {__gc = function(o) order = order .. o.n setmetatable({n = 9}, getmeta) end} getmeta = m
		for i = 1, 3 do kept[i] = setmetatable({n = i}, m) end setmetatable({}, {__gc = function() error("boom") end})`))
	finish(t, task, task.AsTask().Resume())
	var failures []string
	closing := s.NewTask(s.NewFunction("close", func(t *vm.Thread) int {
		t.State().Collector().FinalizeAll(t, func(err *vm.Error) { failures = append(failures, err.Error()) })
		return 0
	}))
	finish(t, closing, closing.AsTask().Resume())
	if len(failures) != 1 || failures[0] != "boom" {
		t.Errorf("failures %q, want boom", failures)
	}
	if got, _ := s.Globals.GetString("order").AsString(); got != "321" {
		t.Errorf("finalized %s, want 321: the last marked first, and none that a finalizer made", got)
	}
}

func TestRoots(t *testing.T) {
	s := newState(vm.Config{})
	weak := s.NewTable(0, 0)
	meta := s.NewTable(0, 0)
	meta.SetString("__mode", vm.String("v"))
	s.SetMetatable(weak, meta)
	s.Registry.SetString("weak", vm.TableValue(weak))
	add := func(name string) vm.Value {
		v := vm.TableValue(s.NewTable(0, 0))
		weak.SetString(name, v)
		return v
	}
	root := add("root")
	s.Collector().AddRoots("root", func(visit func(*vm.Value)) { visit(&root) })
	add("lost")
	bound := s.NewGoClosure("bound", func(*vm.Thread) int { return 0 }, add("bound"))
	s.Globals.SetString("bound", bound)
	pending := s.NewTask(load(t, s, "return ..."), add("argument"))
	s.Collector().AddRoots("pending", func(visit func(*vm.Value)) {
		v := vm.ThreadValue(pending)
		visit(&v)
	})
	var held []vm.Value
	s.Globals.SetString("hold", s.NewFunction("hold", func(t *vm.Thread) int {
		held = []vm.Value{add("held")}
		defer t.Keep(&held)()
		t.Call(t.Arg(1))
		return 0
	}))
	task := s.NewTask(load(t, s, "hold(collect)"))
	finish(t, task, task.AsTask().Resume())
	var names []vm.Value
	for _, name := range []string{"root", "lost", "bound", "argument", "held"} {
		names = append(names, vm.Bool(!weak.GetString(name).IsNil()))
	}
	if got, want := text(names), "true false true true true"; got != want {
		t.Errorf("root, lost, bound, argument, held are alive: %s, want %s", got, want)
	}
	resume := s.Collector().Suspend()
	s.Collector().Collect()
	if weak.GetString("held").IsNil() {
		t.Error("a suspended collector clears entries")
	}
	resume()
	s.Collector().Collect()
	if !weak.GetString("held").IsNil() {
		t.Error("a list that is held no more keeps its values")
	}
}

func TestClosuresOfTheSameVariables(t *testing.T) {
	check(t, []program{
		{"no upvalues", `local function f() return function() end end return f() == f()`, "true"},
		{"the same local", `local x, t = 1, {} for i = 1, 3 do t[i] = function() return x end end return t[1] == t[2], t[2] == t[3]`, "true true"},
		{"a variable of each round", `local t = {} for i = 1, 3 do t[i] = function() return i end end return t[1] == t[2], t[1](), t[2]()`, "false 1 2"},
		{"equal values are not one variable", `local function f(x) return function() x = x + 1 return x end end local a, b = f(1), f(1) return a == b, a(), a(), b()`, "false 2 3 2"},
		{"after the variable's end", `local function f() local x = 0 return function() x = x + 1 return x end end local a = f() a() local b = f() return a == b, b()`, "false 1"},
		{"nothing is kept", `local t = setmetatable({}, {__mode = "v"}) do t[1] = (function() return function() return t end end)() end collect() return t[1]`, "nil"},
	})
}

func TestCount(t *testing.T) {
	check(t, []program{
		{"grows with garbage, falls with a cycle", `stop() local a = tally() for i = 1, 1000 do local x = {} end local b = tally() collect() local c = tally()
			return b - a >= 64000, c < b, c - a < 1000`, "true true true"},
		{"falls by itself", `local before = tally() while true do local now = tally() if now < before then return "fell" end before = now local x = {} end`, "fell"},
		{"strings count once", `local a = memory() local s = "" for i = 1, 10 do s = s .. "0123456789" end local t = {s, s, s, s} local b = memory() - a return b >= 100 and b < 500`, "true"},
		{"a step that pays for all", `return step(1000000)`, "true"},
		{"small steps add up", `local ballast = {} for i = 1, 1000 do ballast[i] = {} end collect() local n = 1 while not step(0) do n = n + 1 end return n > 1 and n < 100`, "true"},
	})
}
