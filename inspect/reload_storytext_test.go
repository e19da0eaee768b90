package inspect_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// story is the text of a random service, by what it says: what stands in each place when
// it begins. A place that is absent is not written.
type story struct {
	places    map[string]string // constants c0, entries m0.k0, lists l0, and modN.x
	required  []string          // modules, in order
	names     []string          // that the main file registers
	timers    []string          // time-outs that it sets
	functions map[string]int
}

func (x *story) clone() *story {
	return &story{
		maps.Clone(x.places), slices.Clone(x.required), slices.Clone(x.names), slices.Clone(x.timers), maps.Clone(x.functions),
	}
}

const storyModules, storyNames, storyTimers = 3, 2, 3

// began gives what stands in all places when the service begins.
func (x *story) began() map[string]string {
	at := map[string]string{}
	var hooks []string
	for place, value := range x.places {
		if module, _, isModule := strings.Cut(place, "."); !isModule || !strings.HasPrefix(module, "mod") {
			at[place] = value
		}
	}
	for _, module := range x.required {
		at[module] = "module" // and which one, once a version has brought it
		at[module+".x"] = x.places[module+".x"]
		at["reg.by."+module] = x.places[module+".x"]
		hooks = append(hooks, "h"+strings.TrimPrefix(module, "mod"))
	}
	at["reg.hooks"] = strings.Join(append(hooks, "main"), ",")
	for _, name := range x.names {
		at["name "+name] = "own"
	}
	for _, timer := range x.timers {
		at["timer "+timer] = "set"
	}
	return at
}

func (x *story) main() string {
	var b strings.Builder
	b.WriteString(serve + "local reg = require 'reg'\nlocal CMD, ran, other = {}, {}, 0\n")
	for _, module := range x.required {
		fmt.Fprintf(&b, "require %q\n", module)
	}
	b.WriteString("reg.hooks[#reg.hooks + 1] = 'main'\n")
	constants, entries, lists := "", map[string][]string{"m0": nil, "m1": nil}, ""
	for _, place := range slices.Sorted(maps.Keys(x.places)) {
		kind, key, isEntry := strings.Cut(place, ".")
		switch {
		case strings.HasPrefix(place, "c"):
			constants += fmt.Sprintf("local %s = %s\n", place, x.places[place])
		case strings.HasPrefix(place, "l"):
			lists += fmt.Sprintf("local %s = { %s }\n", place, records(x.places[place]))
		case isEntry && strings.HasPrefix(kind, "m") && !strings.HasPrefix(kind, "mod"):
			entries[kind] = append(entries[kind], key+" = "+x.places[place])
		}
	}
	b.WriteString(constants + lists)
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		fmt.Fprintf(&b, "local %s = { %s }\n", name, strings.Join(entries[name], ", "))
	}
	for i := range storyTimers {
		fmt.Fprintf(&b, "local function t%d() ran[#ran + 1] = 't%d' end\n", i, i)
	}
	for _, name := range x.names {
		fmt.Fprintf(&b, "skynet.register '%s'\n", name)
	}
	for _, timer := range x.timers {
		fmt.Fprintf(&b, "skynet.timeout(100000, %s)\n", timer)
	}
	for _, name := range slices.Sorted(maps.Keys(x.functions)) {
		fmt.Fprintf(&b, "function CMD.%s() return %d end\n", name, x.functions[name])
	}
	b.WriteString(`
local function list(l) local r = {} for i, e in ipairs(l) do r[i] = type(e) == 'table' and e.a .. ':' .. e.b or e end return table.concat(r, ',') end
function CMD.state()
	local r = { 'c0=' .. c0, 'c1=' .. c1, 'c2=' .. c2, 'l0=' .. list(l0), 'l1=' .. list(l1), 'reg.hooks=' .. list(reg.hooks) }
	for k, v in pairs(m0) do r[#r + 1] = 'm0.' .. k .. '=' .. v end
	for k, v in pairs(m1) do r[#r + 1] = 'm1.' .. k .. '=' .. v end
	for k, v in pairs(reg.by) do r[#r + 1] = 'reg.by.' .. k .. '=' .. v end
	for k, v in pairs(package.loaded) do if k:sub(1, 3) == 'mod' then r[#r + 1] = k .. '=module' r[#r + 1] = k .. '.x=' .. v.x end end
	return table.concat(r, ';')
end
function CMD.ran() table.sort(ran) return table.concat(ran, ',') end
function CMD.functions() local r = {} for k, f in pairs(CMD) do if k:sub(1, 1) == 'f' and k ~= 'functions' then r[#r + 1] = k .. '=' .. f() end end table.sort(r) return table.concat(r, ',') end
function CMD.set(place, v)
	local t, k = place:match '^(%w+)%.(%w+)$'
	if place == 'c0' then c0 = v elseif place == 'c1' then c1 = v elseif place == 'c2' then c2 = v
	elseif t == 'm0' then m0[k] = v elseif t == 'm1' then m1[k] = v elseif t then package.loaded[t][k] = v end
end
function CMD.append(place, v) local l = place == 'l0' and l0 or l1 l[#l + 1] = { a = v, b = v } end
function CMD.record(place, i, v) local l = place == 'l0' and l0 or l1 l[i].b = v end
function CMD.other() other = other + 1 end
skynet.start(function() skynet.dispatch('lua', function(_, _, c, ...) skynet.retpack(CMD[c](...)) end) end)
`)
	return b.String()
}

// records writes a list of records, "1:2,3:4", as Lua.
func records(text string) string {
	var b strings.Builder
	for _, record := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		x, y, _ := strings.Cut(record, ":")
		fmt.Fprintf(&b, "{ a = %s, b = %s }, ", x, y)
	}
	return b.String()
}

func (x *story) write(b *bench, end string) {
	b.write("main.lua", x.main()+end)
	b.write("reg.lua", "return { hooks = {}, by = {} }")
	for i := range storyModules {
		name := "mod" + strconv.Itoa(i)
		b.write(name+".lua", fmt.Sprintf("local reg = require 'reg'\nreg.hooks[#reg.hooks + 1] = 'h%d'\nreg.by.%s = %s\nreturn { x = %s }", i, name, x.places[name+".x"], x.places[name+".x"]))
	}
}

// edit changes a text at random.
func (x *story) edit(r *rand.Rand) *story {
	y := x.clone()
	for range 1 + r.IntN(3) {
		n := strconv.Itoa(r.IntN(50))
		switch r.IntN(9) {
		case 0:
			y.places[pick(r, "c", 3)] = n
		case 1:
			y.places[pick(r, "m", 2)+"."+pick(r, "k", 3)] = n
		case 2:
			delete(y.places, pick(r, "m", 2)+"."+pick(r, "k", 3))
		case 3:
			var list []string
			for range r.IntN(4) {
				list = append(list, fmt.Sprintf("%d:%d", r.IntN(5), r.IntN(5)))
			}
			y.places[pick(r, "l", 2)] = strings.Join(list, ",")
		case 4:
			y.places[pick(r, "mod", storyModules)+".x"] = n
		case 5:
			y.required = toggled(r, y.required, pick(r, "mod", storyModules))
		case 6:
			y.names = toggled(r, y.names, pick(r, ".n", storyNames))
		case 7:
			y.timers = toggled(r, y.timers, pick(r, "t", storyTimers))
		case 8:
			if name := pick(r, "f", 3); r.IntN(3) == 0 {
				delete(y.functions, name)
			} else {
				y.functions[name] = r.IntN(50)
			}
		}
	}
	return y
}

// toggled puts a word into a list, at a random place, or takes it out.
func toggled(r *rand.Rand, list []string, word string) []string {
	if i := slices.Index(list, word); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return slices.Insert(slices.Clone(list), r.IntN(len(list)+1), word)
}
