package inspect

import (
	"context"
	"sort"
	"strings"
	"weak"

	"lunarium/runtime/bytecode"
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

// own tells whether a chunk belongs to the service rather than to a library.
func own(chunk string) bool { return strings.HasPrefix(chunk, "@") }

// roots gives the values from which a service's state is reached: what the service and its
// libraries hold, what stands on the stacks of its tasks, handlers, its globals, its modules.
// What versions keep of the code before is no part of it.
func roots(st *vm.State) []vm.Value {
	var values []vm.Value
	st.Roots(func(owner string, place *vm.Value) {
		switch thread := place.AsThread(); {
		case owner == versionsOwner:
		case thread != nil:
			for thread = thread.Inner(); thread != nil; thread = thread.Resumer() {
				values = append(values, thread.Values()...)
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

// named is one name of a service's state and the place of its value.
type named struct {
	name string
	get  func() vm.Value
	set  func(vm.Value)
	// holder is a function that has the variable, if it is one of a function's.
	holder *vm.Closure
}

// names are what code inside a service can name. They belong to the service's own
// thread, and to the moment: code that runs may change them.
type names struct {
	svc       *service.Service
	st        *vm.State
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

// namesOf looks through the service's code.
func namesOf(s *service.Service, st *vm.State) *names {
	n := &names{svc: s, st: st, known: knowledgeOf(s, st)}
	w := newWalker(mostPlaces, longestTable)
	w.walk(roots(st), func(vm.Value) {})
	n.whole = !w.left
	n.add(w.found)
	n.add(n.known.variables())
	return n
}

// add takes over the variables of own files.
func (n *names) add(found []Variable) {
	for i := range found {
		if own(found[i].Chunk) {
			n.variables = append(n.variables, found[i])
		}
	}
	sort.SliceStable(n.variables, func(i, j int) bool {
		return n.variables[i].FileLevel && !n.variables[j].FileLevel
	})
}

// state gives the names of the service's state. A name that a file's variable has
// hides the same name deeper inside functions.
func (n *names) state() []named {
	var list []named
	taken := map[string]bool{}
	add := func(n named) {
		if !taken[n.name] {
			taken[n.name] = true
			list = append(list, n)
		}
	}
	variables := func(fileLevel bool) {
		for i := range n.variables {
			if v := &n.variables[i]; v.FileLevel == fileLevel && !isLibrary(v.Value(), n.st) {
				add(v.named())
			}
		}
	}
	variables(true)
	for _, name := range addedGlobals(n.st) {
		add(global(n.st, name))
	}
	variables(false)
	return list
}

// all gives everything that has a name, the libraries that variables hold too.
func (n *names) all() map[string]named {
	places := map[string]named{}
	for _, place := range n.state() {
		places[place.name] = place
	}
	for i := range n.variables {
		if v := &n.variables[i]; !has(places, v.Name) && isLibrary(v.Value(), n.st) {
			places[v.Name] = v.named()
		}
	}
	return places
}

func has[V any](m map[string]V, key string) bool { _, ok := m[key]; return ok }

func (v *Variable) named() named { return named{v.Name, v.Value, v.Set, v.Closure} }

func global(st *vm.State, name string) named {
	return named{name,
		func() vm.Value { return st.Globals.GetString(name) },
		func(v vm.Value) { st.Globals.SetString(name, v) }, nil}
}

// missing gives the variables that the code declares, that may be wanted, and that
// were not met. One that another name hides is not missed.
func (n *names) missing(wanted func(name string) bool) map[declared]bool {
	if n.whole {
		return nil
	}
	met := map[declared]bool{}
	for i := range n.variables {
		met[declared{n.variables[i].Name, n.variables[i].FileLevel}] = true
	}
	missing := map[declared]bool{}
	for d := range n.known.declared {
		hidden := !d.file && (met[declared{d.name, true}] || !n.st.Globals.GetString(d.name).IsNil())
		if !met[d] && !hidden && !n.known.gone[d.name] && wanted(d.name) {
			missing[d] = true
		}
	}
	return missing
}

// search looks for the variables that are missing in everything that the service
// holds.
func (n *names) search(w *work, wanted func(name string) bool) (found []Variable) {
	missing := n.missing(wanted)
	if len(missing) == 0 {
		return nil
	}
	walk := n.st.NewWalk(func(v vm.Value) {
		if c := v.AsClosure(); c != nil && own(c.Code().Proto().Source) {
			for i := range c.Upvalues() {
				v := variableAt(c, i)
				if d := (declared{v.Name, v.FileLevel}); missing[d] {
					delete(missing, d)
					found = append(found, v)
				}
			}
		}
	}, roots(n.st)...)
	for len(missing) > 0 && walk.Some(searchPiece) {
		w.rest(searchPiece)
	}
	n.known.learn(n.svc, n.st, found, missing)
	n.add(found)
	return found
}

// searchPiece is how many places a search looks at between two looks at the time.
const searchPiece = 256

// anyName wants every name.
func anyName(string) bool { return true }

// only wants one name.
func only(name string) func(string) bool {
	return func(other string) bool { return other == name }
}

// knowledge is what is known about a service's names until other code is loaded.
type knowledge struct {
	made     int               // State.Chunks then
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
func knowledgeOf(s *service.Service, st *vm.State) *knowledge {
	chunks, made := st.Chunks()
	if k, ok := s.Known().(*knowledge); ok && k.made == made {
		return k
	}
	k := &knowledge{made: made, declared: map[declared]bool{}, gone: map[string]bool{}}
	for _, chunk := range chunks {
		k.declare(chunk)
	}
	s.SetKnown(k)
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
func (k *knowledge) learn(s *service.Service, st *vm.State, found []Variable, missing map[declared]bool) {
	if _, made := st.Chunks(); made != k.made {
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

// isLibrary tells whether a value is a library, as in
// local skynet = require "skynet": the global table, or one whose functions
// are all the program's own.
func isLibrary(v vm.Value, st *vm.State) bool {
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
	functions, lua := 0, false
	t.Entries(func(_, member vm.Value) bool {
		if member.IsFunction() {
			functions++
			lua = lua || member.AsClosure() != nil
		}
		return !lua
	})
	return functions > 0 && !lua
}

// givenGlobals are the strings among the globals that each service begins with.
var givenGlobals = map[string]bool{"_VERSION": true, "SERVICE_NAME": true, "SERVICE_PATH": true}

// addedGlobals gives the names of the globals that are not the libraries'.
func addedGlobals(st *vm.State) []string {
	var added []string
	st.Globals.Entries(func(k, v vm.Value) bool {
		if name, ok := k.AsString(); ok && !givenGlobals[name] && !isLibrary(v, st) {
			added = append(added, name)
		}
		return true
	})
	sort.Strings(added)
	return added
}

// searchFor gives variables that code wants and that only a search finds. When ctx
// ends before, it gives none: what runs the code tells why.
func searchFor(ctx context.Context, s *service.Service, code *vm.Code) (found []Variable) {
	wanted, any := namesIn(code)
	if !any {
		return nil
	}
	_ = inSteps(ctx, s, func(st *vm.State, w *work) {
		n := namesOf(s, st)
		found = n.search(w, wanted)
	})
	return found
}

// namesIn gives which names code may want: its constants, and all when it computes
// names; any is false when it wants none.
func namesIn(code *vm.Code) (want func(name string) bool, any bool) {
	wanted, computed := map[string]bool{}, false
	var look func(*bytecode.Proto)
	look = func(p *bytecode.Proto) {
		for _, k := range p.Constants {
			if k.Kind == bytecode.String {
				wanted[k.String] = true
			}
		}
		for _, i := range p.Code {
			switch i.Op() {
			case bytecode.GETUPVAL:
				computed = computed || p.Upvalues[i.B()].Name == "_ENV"
			case bytecode.GETTABUP:
				computed = computed || p.Upvalues[i.B()].Name == "_ENV" && !bytecode.IsConstant(i.C())
			case bytecode.SETTABUP:
				computed = computed || p.Upvalues[i.A()].Name == "_ENV" && !bytecode.IsConstant(i.B())
			}
		}
		for _, inner := range p.Protos {
			look(inner)
		}
	}
	look(code.Proto())
	return func(name string) bool { return computed || wanted[name] }, computed || len(wanted) > 0
}
