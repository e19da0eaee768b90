package reload_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// This file writes stories as Lua.

func (x *story) write(b *bench, end string) {
	b.Write("main.lua", x.main()+end)
	b.Write("reg.lua", "return { hooks = {}, by = {} }")
	for i := range storyModules {
		name := "mod" + strconv.Itoa(i)
		b.Write(name+".lua", fmt.Sprintf("local reg = require 'reg'\nreg.hooks[#reg.hooks + 1] = 'h%d'\nreg.by.%s = %s\nreturn { x = %s }", i, name, x.places[name+".x"], x.places[name+".x"]))
	}
}

func (x *story) main() string {
	var b strings.Builder
	b.WriteString(serve + "local reg = require 'reg'\nlocal CMD, T, K, Class, ran, held, made, things = {}, {}, {}, { fixed = 0 }, {}, {}, {}, {}\n")
	for _, module := range x.required {
		fmt.Fprintf(&b, "require %q\n", module)
	}
	b.WriteString("reg.hooks[#reg.hooks + 1] = 'main'\n")
	for _, place := range slices.Sorted(maps.Keys(x.places)) {
		switch place[0] {
		case 'c':
			fmt.Fprintf(&b, "local %s = %s\n", place, x.places[place])
		case 'l':
			fmt.Fprintf(&b, "local %s = { %s }\n", place, records(x.places[place]))
		}
	}
	for _, name := range []string{"m0", "m1"} {
		fmt.Fprintf(&b, "local %s = %s\n", name, x.table(name))
	}
	fmt.Fprintf(&b, "local r0, o0 = %s, {}\n", x.places["r0"])
	x.writeFunctions(&b)
	x.writeEffects(&b)
	return b.String() + storyService
}

// table writes a table with the entries that the text gives it.
func (x *story) table(name string) string {
	entries := []string{"fixed = 0"}
	parts := partsOf(x.places, name)
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		entries = append(entries, key+" = "+parts[key])
	}
	return "{ " + strings.Join(entries, ", ") + " }"
}

func (x *story) writeFunctions(b *strings.Builder) {
	for _, name := range slices.Sorted(maps.Keys(x.functions)) {
		f := x.functions[name]
		switch _, short, _ := strings.Cut(name, "."); short {
		case "value":
			fmt.Fprintf(b, "function Class.value(x) return x.n .. '/%d' end\nClass.__index = Class\n", f.gives)
		case "":
			fmt.Fprintf(b, "local function counter(n) return function(ask) n = n + 1 local says = 'counter ' .. n .. '/%d' if ask then return says end ran[#ran + 1] = says end end\n", f.gives)
		case "__index":
			fmt.Fprintf(b, "function %s() return '%s %s' end\n", name, name, f)
		default:
			fmt.Fprintf(b, "function %s(ask) if ask then return '%s %s' end ran[#ran + 1] = '%s %s' end\n", name, name, f, name, f)
		}
	}
	var keys []string
	for name := range x.functions {
		if value, ok := x.places["key "+name]; ok {
			keys = append(keys, fmt.Sprintf("[%s] = %s", name, value))
		}
	}
	slices.Sort(keys)
	fmt.Fprintf(b, "local byf = { fixed = 0, %s }\n", strings.Join(keys, ", "))
	switch holds := x.places[meta]; holds {
	case "":
	case OwnChunk:
		fmt.Fprintf(b, "setmetatable(o0, %s)\n", x.table(meta))
	default:
		fmt.Fprintf(b, "setmetatable(o0, %s)\n", holds)
	}
}

func (x *story) writeEffects(b *strings.Builder) {
	for _, name := range x.names {
		fmt.Fprintf(b, "skynet.register '%s'\n", name)
	}
	const reads = "local g0 = skynet.getenv 'e0' or 'none'\n"
	if x.readFirst {
		b.WriteString(reads)
	}
	for _, key := range slices.Sorted(maps.Keys(x.settings)) {
		fmt.Fprintf(b, "skynet.setenv('%s', '%s')\n", key, x.settings[key])
	}
	if !x.readFirst {
		b.WriteString(reads)
	}
	for _, timer := range slices.Sorted(maps.Keys(x.timers)) {
		fmt.Fprintf(b, "skynet.timeout(%d, T.%s)\n", x.timers[timer], timer)
	}
	for _, fork := range x.forks {
		fmt.Fprintf(b, "skynet.fork(K.%s)\n", fork)
	}
}

// storyService is what all texts end with: what shows the service's state and changes it.
const storyService = `
local function list(l) local r = {} for i, e in ipairs(l) do r[i] = type(e) == 'table' and e.a .. ':' .. e.b or e end return table.concat(r, ',') end
local function name(t) return t == m0 and 'm0' or t == m1 and 'm1' or 'own' end
local function word(f, ...) return f and f(...) or 'none' end
local function functions(t) local r = {} for k, f in pairs(t) do if k:find '%d' then r[#r + 1] = f(true) end end table.sort(r) return table.concat(r, ',') end
local function entries(r, prefix, t) for k, v in pairs(t) do if k ~= 'fixed' and type(v) ~= 'function' then r[#r + 1] = prefix .. k .. '=' .. v end end end
function CMD.state()
	local r = { 'c0=' .. c0, 'c1=' .. c1, 'c2=' .. c2, 'l0=' .. list(l0), 'l1=' .. list(l1), 'reg.hooks=' .. list(reg.hooks), 'r0=' .. name(r0), 'g0=' .. g0 }
	entries(r, 'm0.', m0) entries(r, 'm1.', m1) entries(r, 'reg.by.', reg.by)
	for k, v in pairs(package.loaded) do if k:sub(1, 3) == 'mod' then r[#r + 1] = k .. '=' .. k r[#r + 1] = k .. '.x=' .. v.x end end
	local meta = getmetatable(o0)
	if meta then
		r[#r + 1] = "o0's metatable=" .. name(meta)
		if name(meta) == 'own' then entries(r, "o0's metatable.", meta) end
	end
	for f, v in pairs(byf) do if f ~= 'fixed' then r[#r + 1] = 'key ' .. f(true):match '(.*)=' .. '=' .. v end end
	return table.concat(r, ';')
end
function CMD.functions()
	local zap = o0.zap
	return table.concat({ functions(CMD), functions(T), functions(K), word(m0.__index), word(m1.__index), tostring(zap) }, ';')
end
function CMD.held()
	local r = {}
	for i, f in ipairs(held) do r[i] = f(true) .. (held[f] or ' lost') end
	for _, f in ipairs(made) do r[#r + 1] = f(true) end
	for _, t in ipairs(things) do r[#r + 1] = t:value() end
	return table.concat(r, ',')
end
function CMD.ran() table.sort(ran) return table.concat(ran, ',') end
function CMD.set(place, k, v)
	if place == 'c0' then c0 = v elseif place == 'c1' then c1 = v elseif place == 'c2' then c2 = v
	elseif place == 'm0' then m0[k] = v elseif place == 'm1' then m1[k] = v elseif place == 'own' then getmetatable(o0)[k] = v
	else package.loaded[place][k] = v end
end
function CMD.append(place, v) local l = place == 'l0' and l0 or l1 l[#l + 1] = { a = v, b = v } end
function CMD.record(place, i, v) local l = place == 'l0' and l0 or l1 l[i].b = v end
function CMD.refer(t) r0 = t == 'm0' and m0 or m1 end
function CMD.metatable(t) setmetatable(o0, t == 'm0' and m0 or t == 'm1' and m1 or nil) end
function CMD.env(k, v) skynet.setenv(k, v) end
function CMD.key(f, v) byf[CMD[f]] = v end
function CMD.hold(f) held[#held + 1] = CMD[f] held[CMD[f]] = '' end
function CMD.make(n) made[#made + 1] = counter(n) end
function CMD.thing(n) things[#things + 1] = setmetatable({ n = n }, Class) end
function CMD.later(f, ti) skynet.timeout(ti, CMD[f] or T[f]) end
function CMD.busy(f) if f then skynet.fork(CMD[f]) end busy = true while busy do end end
function CMD.count(n, ti) skynet.timeout(ti, counter(n)) end
skynet.start(function() skynet.dispatch('lua', function(_, _, c, ...) skynet.retpack(CMD[c](...)) end) end)
`

// records writes a list of records, "1:2,3:4", as Lua.
func records(text string) string {
	var b strings.Builder
	for _, record := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		x, y, _ := strings.Cut(record, ":")
		fmt.Fprintf(&b, "{ a = %s, b = %s }, ", x, y)
	}
	return b.String()
}
