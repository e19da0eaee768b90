package reload_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lunarium/inspect/reload"
)

// reloadText describes the text of a random service: what each of its parts says. A
// part that is absent is not written.
type reloadText struct {
	constants map[string]int            // local NAME = n
	lists     map[string][]int          // local NAME = { … }
	maps      map[string]map[string]int // local NAME = { k = n, … }
	functions map[string]int            // function CMD.NAME() return n end, in the main file
	module    map[string]int            // function M.NAME() return n end, in a module
	global    int                       // a wrapped global adds n; 0: it is not wrapped
	meta      int                       // __index of a class gives n
	hooked    int                       // a function registered with the module gives n
}

func (x *reloadText) clone() *reloadText {
	y := *x
	y.constants, y.functions, y.module = cloned(x.constants), cloned(x.functions), cloned(x.module)
	y.lists, y.maps = map[string][]int{}, map[string]map[string]int{}
	for k, v := range x.lists {
		y.lists[k] = append([]int(nil), v...)
	}
	for k, v := range x.maps {
		y.maps[k] = cloned(v)
	}
	return &y
}

func cloned[V any](m map[string]V) map[string]V {
	c := map[string]V{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

func words(list []int) string {
	var parts []string
	for _, n := range list {
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, ", ")
}

func fields(m map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%s = %d", k, m[k]))
	}
	return strings.Join(parts, ", ")
}

// main gives the main file. All names of variables are always declared, so that a
// variable comes and goes with its value alone.
func (x *reloadText) main() string {
	var b strings.Builder
	b.WriteString(serve + "local M = require 'mod'\nlocal CMD, held, log = {}, {}, {}\n")
	for _, k := range slices.Sorted(maps.Keys(x.constants)) {
		fmt.Fprintf(&b, "local %s = %d\n", k, x.constants[k])
	}
	for _, k := range slices.Sorted(maps.Keys(x.lists)) {
		fmt.Fprintf(&b, "local %s = { %s }\n", k, words(x.lists[k]))
	}
	for _, k := range slices.Sorted(maps.Keys(x.maps)) {
		fmt.Fprintf(&b, "local %s = { %s }\n", k, fields(x.maps[k]))
	}
	b.WriteString("local before = tostring\n")
	if x.global > 0 {
		fmt.Fprintf(&b, "function tostring(v) return before(v) .. '+%d' end\n", x.global)
	}
	fmt.Fprintf(&b, "local Class = {}\nClass.__index = function(_, k) return k .. %d end\nlocal object = setmetatable({}, Class)\n", x.meta)
	fmt.Fprintf(&b, "M.on(function() return %d end)\n", x.hooked)
	for _, k := range slices.Sorted(maps.Keys(x.functions)) {
		fmt.Fprintf(&b, "function CMD.%s() return %d end\n", k, x.functions[k])
		fmt.Fprintf(&b, "function M.also_%s() return %d end\n", k, x.functions[k])
	}
	b.WriteString("local SET, SHOW = {}, {}\n")
	for _, k := range slices.Sorted(maps.Keys(x.constants)) {
		fmt.Fprintf(&b, "function SET.%s(v) %s = v end function SHOW.%s() return %s end\n", k, k, k, k)
	}
	for _, k := range append(slices.Sorted(maps.Keys(x.lists)), slices.Sorted(maps.Keys(x.maps))...) {
		fmt.Fprintf(&b, "function SET.%s(v, i) %s[i] = v end function SHOW.%s() local r = {} for i, v in pairs(%s) do r[#r + 1] = i .. '=' .. v end table.sort(r) return table.concat(r, ' ') end\n", k, k, k, k)
	}
	b.WriteString(`
function SET.hold(name) held[#held + 1] = CMD[name] held[CMD[name]] = name end
function SET.timer(name) local f = CMD[name] skynet.timeout(100, function() log[#log + 1] = f and f() or 'none' end) end
local function show(t) local r = {} for k, f in pairs(t) do if type(f) == 'function' and type(k) == 'string' and k ~= 'on' and k ~= 'fire' then r[#r + 1] = k .. '=' .. f() end end table.sort(r) return table.concat(r, ' ') end
function SHOW.functions() return show(CMD) end
function SHOW.module() return show(M) end
function SHOW.held() local r = {} for _, f in ipairs(held) do r[#r + 1] = (held[f] or 'lost') .. f() end return table.concat(r, ' ') end
function SHOW.log() return table.concat(log, ' ') end
function SHOW.global() return tostring(1) end
function SHOW.class() return object.x end
function SHOW.hooked() return M.fire() end
skynet.start(function() skynet.dispatch('lua', function(_, _, what, name, ...)
	if what == 'set' then SET[name](...) skynet.retpack '' else skynet.retpack(SHOW[name] and SHOW[name]() or 'none') end
end) end)
`)
	return b.String()
}

func (x *reloadText) mod() string {
	var b strings.Builder
	b.WriteString("local M, hooks = {}, {}\nfunction M.on(f) hooks[#hooks + 1] = f end\nfunction M.fire() local r = {} for i, f in ipairs(hooks) do r[i] = f() end return table.concat(r, ' ') end\n")
	for _, k := range slices.Sorted(maps.Keys(x.module)) {
		fmt.Fprintf(&b, "function M.%s() return %d end\n", k, x.module[k])
	}
	return b.String() + "return M\n"
}

// reloadModel says what the service must answer.
type reloadModel struct {
	text *reloadText
	data *reloadText // the variables as they are: constants, lists, maps
	held []string    // functions that the service holds, by name
}

// edit changes a text at random.
func (x *reloadText) edit(r *rand.Rand) *reloadText {
	y := x.clone()
	for range 1 + r.IntN(4) {
		n := r.IntN(1000)
		switch r.IntN(9) {
		case 0:
			y.constants[pick(r, "c", 3)] = n
		case 1:
			list := []int{}
			for range r.IntN(4) {
				list = append(list, r.IntN(1000))
			}
			y.lists[pick(r, "l", 2)] = list
		case 2:
			y.maps[pick(r, "m", 2)][pick(r, "k", 4)] = n
		case 3:
			delete(y.maps[pick(r, "m", 2)], pick(r, "k", 4))
		case 4:
			y.functions[pick(r, "f", 3)] = n
		case 5:
			y.module[pick(r, "g", 3)] = n
		case 6:
			y.global = n * r.IntN(2)
		case 7:
			y.meta = n
		case 8:
			y.hooked = n
		}
	}
	return y
}

func pick(r *rand.Rand, kind string, of int) string { return kind + strconv.Itoa(r.IntN(of)) }

// merge is the three-way merge of the variables, simply.
func (d *reloadText) merge(was, fresh *reloadText) *reloadText {
	out := d.clone()
	for k, n := range fresh.constants {
		if old, ok := was.constants[k]; !ok || d.constants[k] == old {
			out.constants[k] = n
		}
	}
	for k, list := range fresh.lists {
		if words(d.lists[k]) == words(was.lists[k]) {
			out.lists[k] = list
		}
	}
	for k, m := range fresh.maps {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			now, has := d.maps[k][key]
			old, had := was.maps[k][key]
			if has && had && now == old || !has && !had {
				out.maps[k][key] = m[key]
			}
		}
		for key, old := range was.maps[k] {
			if _, stays := m[key]; !stays {
				if now, has := d.maps[k][key]; has && now == old {
					delete(out.maps[k], key)
				}
			}
		}
	}
	return out
}

func (m *reloadModel) check(b *bench, when string) {
	b.T.Helper()
	is := func(name, want string) {
		b.T.Helper()
		if got := b.Call(fmt.Sprintf("'show', %q", name)); got != want {
			b.T.Errorf("%s: %s is %s, want %s", when, name, got, want)
		}
	}
	for k, n := range m.data.constants {
		is(k, strconv.Itoa(n))
	}
	for k, list := range m.data.lists {
		var parts []string
		for i, n := range list {
			parts = append(parts, fmt.Sprintf("%d=%d", i+1, n))
		}
		is(k, strings.Join(parts, " "))
	}
	for k, list := range m.data.maps {
		is(k, strings.ReplaceAll(strings.ReplaceAll(fields(list), " = ", "="), ",", ""))
	}
	is("functions", strings.ReplaceAll(strings.ReplaceAll(fields(m.text.functions), " = ", "="), ",", ""))
	both := cloned(m.text.module)
	for k, n := range m.text.functions {
		both["also_"+k] = n
	}
	is("module", strings.ReplaceAll(strings.ReplaceAll(fields(both), " = ", "="), ",", ""))
	var held []string
	for _, name := range m.held {
		held = append(held, name+strconv.Itoa(m.text.functions[name]))
	}
	is("held", strings.Join(held, " "))
	global := "1"
	if m.text.global > 0 {
		global = fmt.Sprintf("1+%d", m.text.global)
	}
	is("global", global)
	is("class", fmt.Sprintf("x%d", m.text.meta))
	is("hooked", strconv.Itoa(m.text.hooked))
}

// change has the service change its own state.
func (m *reloadModel) change(b *bench, r *rand.Rand) {
	n := r.IntN(1000)
	switch r.IntN(4) {
	case 0:
		k := pick(r, "c", 3)
		b.Call(fmt.Sprintf("'set', %q, %d", k, n))
		m.data.constants[k] = n
	case 1:
		k := pick(r, "l", 2)
		b.Call(fmt.Sprintf("'set', %q, %d, %d", k, n, len(m.data.lists[k])+1))
		m.data.lists[k] = append(m.data.lists[k], n)
	case 2:
		k, key := pick(r, "m", 2), pick(r, "k", 4)
		b.Call(fmt.Sprintf("'set', %q, %d, %q", k, n, key))
		m.data.maps[k][key] = n
	case 3:
		if name := pick(r, "f", 3); len(m.held) < 5 {
			if _, ok := m.text.functions[name]; ok {
				b.Call(fmt.Sprintf("'set', 'hold', %q", name))
				m.held = append(m.held, name)
			}
		}
	}
}

// reloadHistory runs a random history of one service: the same seed, the same one.
func reloadHistory(t *testing.T, seed uint64, steps int) {
	r := rand.New(rand.NewPCG(seed, 1))
	text := &reloadText{
		constants: map[string]int{"c0": 1, "c1": 2, "c2": 3}, lists: map[string][]int{"l0": {1, 2}, "l1": {}},
		maps: map[string]map[string]int{"m0": {"k0": 1}, "m1": {}}, functions: map[string]int{"f0": 1, "f1": 2, "f2": 3},
		module: map[string]int{"g0": 1},
	}
	m := &reloadModel{text: text, data: text.clone()}
	b := newBench(t, map[string]string{"main.lua": text.main(), "mod.lua": text.mod()})
	m.check(b, "as started")
	for step := 0; step < steps && !t.Failed(); step++ {
		for range r.IntN(3) {
			m.change(b, r)
		}
		fresh := m.text.edit(r)
		b.Write("main.lua", fresh.main())
		b.Write("mod.lua", fresh.mod())
		when := func(what string) string { return fmt.Sprintf("seed %d, step %d, %s", seed, step, what) }
		before := *m
		before.data = m.data.clone()
		switch r.IntN(4) {
		case 0:
			if _, err := reload.Reload(context.Background(), b.Service, "", true); err != nil {
				t.Fatal(when("dry run"), err)
			}
			m.check(b, when("after a dry run"))
		case 1:
			b.Write("main.lua", fresh.main()+"error 'broken'")
			if _, err := reload.Reload(context.Background(), b.Service, "", false); err == nil {
				t.Fatal(when("a broken file was taken"))
			}
			m.check(b, when("after a reload that failed"))
		default:
			change, err := reload.Reload(context.Background(), b.Service, "", false)
			if err != nil {
				t.Fatal(when("reload"), err)
			}
			m.data, m.text = m.data.merge(m.text, fresh), fresh
			m.check(b, when("after a reload"))
			if r.IntN(2) == 0 || change.Unchanged {
				break
			}
			after := *m
			for _, move := range []struct {
				what string
				do   func() (*reload.Change, error)
				want *reloadModel
			}{
				{"after undo", func() (*reload.Change, error) { return reload.Undo(context.Background(), b.Service) }, &before},
				{"after redo", func() (*reload.Change, error) { return reload.Redo(context.Background(), b.Service) }, &after},
			} {
				if _, err := move.do(); err != nil {
					t.Fatal(when(move.what), err)
				}
				move.want.check(b, when(move.what))
			}
		}
	}
	if t.Failed() {
		t.Logf("main.lua:\n%s", b.Read("main.lua"))
	}
}

// reloadSeeds is how many random histories each test runs: LUNARIUM_RELOAD_SEEDS, or few, with -short very few.
func reloadSeeds() int {
	if n, err := strconv.Atoi(os.Getenv("LUNARIUM_RELOAD_SEEDS")); err == nil {
		return n
	}
	if testing.Short() {
		return 2
	}
	return 12
}

// TestReloadModel compares random services, edits and histories with a simple
// description of what must hold.
func TestReloadModel(t *testing.T) {
	for seed := range reloadSeeds() {
		t.Run(strconv.Itoa(seed), func(t *testing.T) { reloadHistory(t, uint64(seed), 12) })
	}
}
