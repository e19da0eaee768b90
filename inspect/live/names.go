package live

import (
	"fmt"
	"sort"
	"strings"
	"weak"

	"lunarium/inspect/plain"
	"lunarium/runtime/host"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file finds what a name means in a service. Its code is looked through first:
// what its handlers, modules, globals and tasks hold, functions before data, long
// tables left out. That costs the same however much the service keeps. Only for a
// variable that the code declares and that was not met there is the whole heap
// searched, in steps; what that finds out about the variables of files is kept
// until other code is loaded.

// OwnChunk tells whether a chunk belongs to the service rather than to a library.
func OwnChunk(chunk string) bool { return strings.HasPrefix(chunk, "@") }

// VersionsOwner is who holds, for the collector, what the versions of the code before keep.
const VersionsOwner = "versions"

// Roots gives the values from which a service's state is reached: what the service and its
// libraries hold, what stands on the stacks of its tasks, handlers, its globals, its modules.
// What versions keep of the code before is no part of it.
func Roots(st *vm.State) []vm.Value {
	var values []vm.Value
	st.Collector().Roots(func(owner string, place *vm.Value) {
		switch thread := place.AsThread(); {
		case owner == VersionsOwner:
		case thread != nil:
			for thread = thread.Debug().Inner(); thread != nil; thread = thread.Debug().Resumer() {
				values = append(values, thread.Debug().Values()...)
			}
		default:
			values = append(values, *place)
		}
	})
	values = append(values, vm.TableValue(host.HeldTable(st)), vm.TableValue(st.Globals))
	if loaded := st.Registry.GetString("_LOADED"); loaded.IsTable() {
		values = append(values, loaded)
	}
	return values
}

// Place is one name of a service's state and the place of its value.
type Place struct {
	Name string
	Get  func() vm.Value
	Set  func(vm.Value)
	// Holder is a function that has the variable, if it is one of a function's, and Cell
	// the variable.
	Holder *vm.Closure
	Cell   vm.Cell
}

// Names are what code inside a service can name. They belong to the service's own
// thread, and to the moment: code that runs may change them.
type Names struct {
	Own       service.Self
	State     *vm.State
	variables []Variable // of the service's own files; those of the outermost blocks first
	whole     bool       // all functions were met
	known     *knowledge
}

const (
	// mostPlaces bounds how much is looked through for names: about a millisecond.
	mostPlaces = 1 << 14
	// longestTable is the number of places above which a table is taken for data.
	longestTable = 1 << 10
)

// NamesOf looks through the service's code.
func NamesOf(s service.Self) *Names {
	st := s.State()
	n := &Names{Own: s, State: st, known: knowledgeOf(s, st)}
	w := newWalker(mostPlaces, longestTable)
	w.walk(Roots(st), func(vm.Value) {})
	n.whole = !w.left
	n.Add(w.found)
	n.Add(n.known.variables())
	return n
}

// WalkNear visits the service's code, and what lies near it.
func WalkNear(st *vm.State, visit func(vm.Value)) {
	newWalker(mostPlaces, longestTable).walk(Roots(st), visit)
}

// Add takes over the variables of own files.
func (n *Names) Add(found []Variable) {
	for i := range found {
		if OwnChunk(found[i].Chunk) {
			n.variables = append(n.variables, found[i])
		}
	}
	sort.SliceStable(n.variables, func(i, j int) bool {
		return n.variables[i].FileLevel && !n.variables[j].FileLevel
	})
}

// List gives the names of the service's state. A name that a file's variable has
// hides the same name deeper inside functions.
func (n *Names) List() []Place {
	var list []Place
	taken := map[string]bool{}
	add := func(n Place) {
		if !taken[n.Name] {
			taken[n.Name] = true
			list = append(list, n)
		}
	}
	variables := func(fileLevel bool) {
		for i := range n.variables {
			if v := &n.variables[i]; v.FileLevel == fileLevel && !IsLibrary(v.Value(), n.State) {
				add(v.place())
			}
		}
	}
	variables(true)
	for _, name := range addedGlobals(n.State) {
		add(global(n.State, name))
	}
	variables(false)
	return list
}

// Hidden gives the variables of files that have the name of another file's in List: under
// that name, with the file.
func (n *Names) Hidden() []Place {
	shown, taken := map[vm.Cell]bool{}, map[string]bool{}
	for _, place := range n.List() {
		shown[place.Cell], taken[place.Name] = true, true
	}
	var list []Place
	for i := range n.variables {
		v := &n.variables[i]
		if !v.FileLevel || shown[v.Cell] || IsLibrary(v.Value(), n.State) {
			continue
		}
		place := v.place()
		place.Name = fmt.Sprintf("%s (%s)", v.Name, plain.BaseName(strings.TrimPrefix(v.Chunk, "@")))
		for again := 2; taken[place.Name]; again++ {
			place.Name = fmt.Sprintf("%s (%s, %d)", v.Name, plain.BaseName(strings.TrimPrefix(v.Chunk, "@")), again)
		}
		shown[v.Cell], taken[place.Name] = true, true
		list = append(list, place)
	}
	return list
}

// Modules gives the modules that require has loaded, by their paths; libraries are none.
func Modules(st *vm.State) []Place {
	loaded := st.Registry.GetString("_LOADED").AsTable()
	if loaded == nil {
		return nil
	}
	var list []Place
	entries, _ := SortedEntries(loaded, loaded.Places())
	for _, e := range entries {
		if e.Value.IsTable() && !IsLibrary(e.Value, st) {
			path := plain.Path{plain.NameKey("package"), plain.NameKey("loaded"), PathKey(e.Key)}
			list = append(list, Place{path.String(), func() vm.Value { return loaded.Get(e.Key) }, func(v vm.Value) { loaded.Set(e.Key, v) }, nil, nil})
		}
	}
	return list
}

// All gives everything that has a name, the libraries that variables hold too.
func (n *Names) All() map[string]Place {
	places := map[string]Place{}
	for _, place := range n.List() {
		places[place.Name] = place
	}
	for i := range n.variables {
		if v := &n.variables[i]; !has(places, v.Name) && IsLibrary(v.Value(), n.State) {
			places[v.Name] = v.place()
		}
	}
	return places
}

func has[V any](m map[string]V, key string) bool { _, ok := m[key]; return ok }

func (v *Variable) place() Place { return Place{v.Name, v.Value, v.Set, v.Closure, v.Cell} }

func global(st *vm.State, name string) Place {
	return Place{name,
		func() vm.Value { return st.Globals.GetString(name) },
		func(v vm.Value) { st.Globals.SetString(name, v) }, nil, nil}
}

// missing gives the variables that the code declares, that may be wanted, and that
// were not met. One that another name hides is not missed.
func (n *Names) missing(wanted func(name string) bool) map[declared]bool {
	if n.whole {
		return nil
	}
	met := map[declared]bool{}
	for i := range n.variables {
		met[declared{n.variables[i].Name, n.variables[i].FileLevel}] = true
	}
	missing := map[declared]bool{}
	for d := range n.known.declared {
		hidden := !d.file && (met[declared{d.name, true}] || !n.State.Globals.GetString(d.name).IsNil())
		if !met[d] && !hidden && !n.known.gone[d.name] && wanted(d.name) {
			missing[d] = true
		}
	}
	return missing
}

// Search looks for the variables that are missing in everything that the service
// holds.
func (n *Names) Search(w *Work, wanted func(name string) bool) (found []Variable) {
	missing := n.missing(wanted)
	if len(missing) == 0 {
		return nil
	}
	walk := n.State.Debug().NewWalk(func(v vm.Value) {
		if c := v.AsClosure(); c != nil && OwnChunk(c.Code().Proto().Source) {
			for i := range c.Upvalues() {
				v := variableAt(c, i)
				if d := (declared{v.Name, v.FileLevel}); missing[d] {
					delete(missing, d)
					found = append(found, v)
				}
			}
		}
	}, Roots(n.State)...)
	for len(missing) > 0 && walk.Some(searchPiece) {
		w.Rest(searchPiece)
	}
	n.known.learn(n.Own, n.State, found, missing)
	n.Add(found)
	return found
}

// searchPiece is how many places a search looks at between two looks at the time.
const searchPiece = 256

// AnyName wants every name.
func AnyName(string) bool { return true }

// Only wants one name.
func Only(name string) func(string) bool {
	return func(other string) bool { return other == name }
}

// knowledge is what is known about a service's names until other code is loaded.
type knowledge struct {
	made     int               // vm.StateDebug.Chunks then
	declared map[declared]bool // variables that functions of own files share
	met      []metVariable     // of files, by searches
	gone     map[string]bool   // variables of files that no function has any more
}

// metVariable is a variable by a function that has it, which it does not keep.
type metVariable struct {
	closure weak.Pointer[vm.Closure]
	index   int
}

func (k *knowledge) variables() (list []Variable) {
	for _, m := range k.met {
		if closure := m.closure.Value(); closure != nil {
			list = append(list, variableAt(closure, m.index))
		}
	}
	return list
}

// declared is a variable that the code of a file declares and an inner function
// uses.
type declared struct {
	name string
	file bool // declared in the file's outermost block
}

// knowledgeOf gives what is known already.
func knowledgeOf(s service.Self, st *vm.State) *knowledge {
	chunks, made := st.Debug().Chunks()
	if k, ok := s.Findings().(*knowledge); ok && k.made == made {
		return k
	}
	k := &knowledge{made: made, declared: map[declared]bool{}, gone: map[string]bool{}}
	for _, chunk := range chunks {
		k.declare(chunk)
	}
	s.SetFindings(k)
	return k
}

func (k *knowledge) declare(code *vm.Code) {
	for _, inner := range code.Protos() {
		for _, u := range inner.Proto().Upvalues {
			if u.InStack && u.Name != "" && u.Name != "_ENV" {
				k.declared[declared{u.Name, code.Parent() == nil}] = true
			}
		}
		k.declare(inner)
	}
}

// learn notes what a search of everything found and did not find. A variable of a
// file that no function has now will not be had by one later; others come with each
// call of the function that declares them.
func (k *knowledge) learn(s service.Self, st *vm.State, found []Variable, missing map[declared]bool) {
	if _, made := st.Debug().Chunks(); made != k.made {
		return // in the middle of the search
	}
	for _, v := range found {
		if v.FileLevel {
			k.met = append(k.met, metVariable{weak.Make(v.Closure), v.Index})
		}
	}
	for d := range missing {
		if d.file {
			k.gone[d.name] = true
		}
	}
}

// IsLibrary tells whether a value is a library, as in
// local skynet = require "skynet": a Go function, the global table, a table that was made
// of a library's functions and to which the service's own files have added none, or a table
// of nothing but Go functions. One that has data beside such functions is the service's.
func IsLibrary(v vm.Value, st *vm.State) bool {
	if v.AsGo() != nil {
		return true
	}
	t := v.AsTable()
	if t == nil || t == st.Globals {
		return t != nil
	}
	if t.Places() > longestTable {
		return false
	}
	library, any := true, false
	t.Entries(func(_, member vm.Value) bool {
		any = true
		closure := member.AsClosure()
		library = member.AsGo() != nil || t.IsLibrary() && (closure == nil || !OwnChunk(closure.Code().Proto().Source))
		return library
	})
	return library && any
}

// givenGlobals are the strings among the globals that each service begins with.
var givenGlobals = map[string]bool{"_VERSION": true, "SERVICE_NAME": true, "SERVICE_PATH": true}

// IsGivenGlobal tells whether a global is one of the strings that each service begins with.
func IsGivenGlobal(name string) bool { return givenGlobals[name] }

// addedGlobals gives the names of the globals that are not the libraries'.
func addedGlobals(st *vm.State) []string {
	var added []string
	st.Globals.Entries(func(k, v vm.Value) bool {
		if name, ok := k.AsString(); ok && !IsGivenGlobal(name) && !IsLibrary(v, st) {
			added = append(added, name)
		}
		return true
	})
	sort.Strings(added)
	return added
}

// Values gives what has a name.
func (n *Names) Values() map[string]vm.Value {
	values := map[string]vm.Value{}
	for name, place := range n.All() {
		values[name] = place.Get()
	}
	return values
}
