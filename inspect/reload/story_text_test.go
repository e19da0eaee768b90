package reload_test

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
	places    map[string]string // constants c0, entries m0.k0, lists l0, references r0, modN.x, the metatable and its fields
	required  []string          // modules, in order
	names     []string          // that the main file registers
	settings  map[string]string // of the node, that it makes
	readFirst bool              // it reads a setting before it makes them
	timers    map[string]int    // time-outs that it sets, in hundredths of a second
	forks     []string
	functions map[string]storyFunction // by name, such as CMD.f0
}

// storyFunction is what a function gives, and which one it is: one that was taken out and
// is written again is another.
type storyFunction struct{ gives, is int }

func (f storyFunction) String() string { return fmt.Sprintf("%d=%d", f.is, f.gives) }

func (x *story) clone() *story {
	y := *x
	y.places, y.settings, y.timers, y.functions = maps.Clone(x.places), maps.Clone(x.settings), maps.Clone(x.timers), maps.Clone(x.functions)
	y.required, y.names, y.forks = slices.Clone(x.required), slices.Clone(x.names), slices.Clone(x.forks)
	return &y
}

const storyModules, storyNames, storyTimers, storyForks = 3, 2, 3, 2

// meta is the place that holds a metatable: none, that of m0 or m1, or one of its own.
const meta = "o0's metatable"

// OwnChunk is what a place holds that has a table which stands nowhere else.
const OwnChunk = "own"

// wholes are the places whose tables come and go with what is in them.
func wholes() []string {
	list := []string{meta}
	for i := range storyModules {
		list = append(list, "mod"+strconv.Itoa(i))
	}
	return list
}

// wholeOf gives the place that another one is in; "" when it is in none.
func wholeOf(place string) string {
	for _, whole := range wholes() {
		if strings.HasPrefix(place, whole+".") {
			return whole
		}
	}
	return ""
}

func isModule(place string) bool { return strings.HasPrefix(place, "mod") && wholeOf(place) == "" }

// began gives what stands in all places when the service begins.
func (x *story) began() map[string]string {
	at := map[string]string{}
	var hooks []string
	for place, value := range x.places {
		if whole := wholeOf(place); whole == "" || x.places[whole] == OwnChunk {
			at[place] = value
		}
	}
	for _, module := range x.required {
		at[module] = module
		at[module+".x"] = x.places[module+".x"]
		at["reg.by."+module] = x.places[module+".x"]
		hooks = append(hooks, "h"+strings.TrimPrefix(module, "mod"))
	}
	at["reg.hooks"] = strings.Join(append(hooks, "main"), ",")
	for _, name := range x.names {
		at["name "+name] = OwnChunk
	}
	for key, value := range x.settings {
		at["environment "+key] = value
	}
	at["g0"] = "none"
	if value, made := x.settings["e0"]; made && !x.readFirst {
		at["g0"] = value
	}
	for timer := range x.timers {
		at["timer "+timer] = "set"
	}
	for _, fork := range x.forks {
		at["fork "+fork] = "set"
	}
	for name, f := range x.functions {
		if value, ok := x.places["key "+name]; ok {
			delete(at, "key "+name)
			at[fmt.Sprintf("key %s %d", name, f.is)] = value
		}
	}
	return at
}

// content gives what the text says of a place, with what is in it.
func (x *story) content(place string) string {
	at := x.began()
	if at[place] != OwnChunk || place != meta {
		return at[place]
	}
	return OwnChunk + fmt.Sprint(partsOf(at, place))
}

// partsOf gives what stands in the places that are in another one.
func partsOf(at map[string]string, whole string) map[string]string {
	parts := map[string]string{}
	for place, value := range at {
		if part, ok := strings.CutPrefix(place, whole+"."); ok {
			parts[part] = value
		}
	}
	return parts
}

// edit changes a text at random.
func (x *story) edit(r *rand.Rand) *story {
	y := x.clone()
	for range 1 + r.IntN(3) {
		edits[r.IntN(len(edits))](y, r, strconv.Itoa(r.IntN(50)))
	}
	for name, f := range y.functions {
		if before, had := x.functions[name]; had {
			f.is = before.is // taken out and written again at once
			y.functions[name] = f
		}
	}
	return y
}

var edits = []func(y *story, r *rand.Rand, n string){
	func(y *story, r *rand.Rand, n string) { y.places[pick(r, "c", 3)] = n },
	func(y *story, r *rand.Rand, n string) { y.places[pick(r, "m", 2)+"."+pick(r, "k", 3)] = n },
	func(y *story, r *rand.Rand, _ string) { delete(y.places, pick(r, "m", 2)+"."+pick(r, "k", 3)) },
	func(y *story, r *rand.Rand, _ string) {
		var list []string
		for range r.IntN(4) {
			list = append(list, fmt.Sprintf("%d:%d", r.IntN(5), r.IntN(5)))
		}
		y.places[pick(r, "l", 2)] = strings.Join(list, ",")
	},
	func(y *story, r *rand.Rand, n string) { y.places[pick(r, "mod", storyModules)+".x"] = n },
	func(y *story, r *rand.Rand, _ string) {
		y.required = toggled(r, y.required, pick(r, "mod", storyModules))
	},
	func(y *story, r *rand.Rand, _ string) { y.names = toggled(r, y.names, pick(r, ".n", storyNames)) },
	func(y *story, r *rand.Rand, _ string) {
		timer, delay := pick(r, "t", storyTimers), 500*(1+r.IntN(12))
		if _, set := y.timers[timer]; set && r.IntN(3) > 0 {
			delete(y.timers, timer)
		} else {
			y.timers[timer] = delay
		}
	},
	func(y *story, r *rand.Rand, _ string) { y.forks = toggled(r, y.forks, pick(r, "k", storyForks)) },
	func(y *story, r *rand.Rand, _ string) { y.places["r0"] = pick(r, "m", 2) },
	editMetatable, editMetatable,
	editSettings,
	editFunctions, editFunctions,
	func(y *story, r *rand.Rand, n string) {
		if name := pick(r, "CMD.f", 3); y.functions[name].is > 0 && r.IntN(3) > 0 {
			y.places["key "+name] = n
		} else {
			delete(y.places, "key "+name)
		}
	},
}

func editMetatable(y *story, r *rand.Rand, n string) {
	switch r.IntN(5) {
	case 0:
		delete(y.places, meta)
	case 1:
		y.places[meta] = pick(r, "m", 2)
	case 2:
		y.places[meta] = OwnChunk
	case 3:
		y.places[meta+"."+pick(r, "k", 2)] = n
	case 4:
		delete(y.places, meta+"."+pick(r, "k", 2))
	}
}

func editSettings(y *story, r *rand.Rand, n string) {
	switch key := pick(r, "e", 2); r.IntN(4) {
	case 0:
		delete(y.settings, key)
	case 1:
		y.readFirst = !y.readFirst
	default:
		y.settings[key] = n
	}
}

func editFunctions(y *story, r *rand.Rand, n string) {
	name := storyOptional[r.IntN(len(storyOptional))]
	if r.IntN(3) == 0 {
		name = storyAlways[r.IntN(len(storyAlways))]
	}
	f, has := y.functions[name]
	if has && r.IntN(3) == 0 && slices.Contains(storyOptional, name) {
		delete(y.functions, name)
		delete(y.places, "key "+name)
		return
	}
	if !has {
		f.is = 1 + r.IntN(1e9)
	}
	f.gives, _ = strconv.Atoi(n)
	y.functions[name] = f
}

// storyOptional are functions that texts have or do not have, storyAlways those that all
// have.
var (
	storyOptional = []string{"CMD.f0", "CMD.f1", "CMD.f2", "m0.__index", "m1.__index"}
	storyAlways   = []string{"T.t0", "T.t1", "T.t2", "K.k0", "K.k1", "Class.value", "counter"}
)

// toggled puts a word into a list, at a random place, or takes it out.
func toggled(r *rand.Rand, list []string, word string) []string {
	if i := slices.Index(list, word); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return slices.Insert(slices.Clone(list), r.IntN(len(list)+1), word)
}

// firstStory is the text that all histories begin with, but for an edit.
func firstStory() *story {
	x := &story{
		places: map[string]string{
			"c0": "1", "c1": "2", "c2": "3", "m0.k0": "1", "l0": "1:1,2:2", "l1": "", "r0": "m0", "mod0.x": "1", "mod1.x": "2", "mod2.x": "3",
			meta: OwnChunk, meta + ".k0": "1", "key CMD.f0": "4",
		},
		required: []string{"mod0"}, names: []string{".n0"}, settings: map[string]string{"e0": "1"},
		timers: map[string]int{"t0": 3000}, forks: []string{"k0"}, functions: map[string]storyFunction{"CMD.f0": {1, 1}, "m0.__index": {1, 2}},
	}
	for i, name := range storyAlways {
		x.functions[name] = storyFunction{1, 3 + i}
	}
	return x
}
