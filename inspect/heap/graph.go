package heap

import (
	"fmt"
	"slices"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds the graph that a survey of a state gives: what each object takes, and
// which others it holds.

// graph is what was found. Its objects have the survey's numbers; 0 is what holds the
// places.
type graph struct {
	labels
	shapes
	bytes   column[int64]
	entries column[uint32]
	shape   column[shape]
	first   column[uint32] // where an object's links begin
	behind  column[uint32] // and end
	targets column[uint32]
	ways    column[label]
	late    map[uint32][]lateLink        // of objects whose links had been told
	places  []int                        // in the order in which they came
	names   map[int]string               // of places
	sampled map[int]service.ObjectSample // where objects were allocated, of those of which that is known
}

// lateLink is a link of an object whose links were told before: a weak table's, to what
// its key has it hold.
type lateLink struct {
	to  uint32
	way label
}

// builder makes a graph of what a survey tells.
type builder struct {
	graph
	number  int
	value   vm.Value // that is looked into; nil: a place or variable
	start   int      // the first link of what is looked into
	floor   int      // what has a lower number belongs to a place that came before
	machine int      // the place that may hold what has a lower number; -1: there is none
	pinned  map[int]bool
	taken   map[string]bool     // names of places
	known   map[*vm.Code][]bool // which upvalues are variables of a file
	current *vm.Code            // the code asked for last, and what is known of it
	ofFile  []bool
	isOwn   func(chunk string) bool
	samples *service.Profile // that knows where objects were allocated; or nil
}

func newBuilder() *builder {
	return &builder{machine: -1, pinned: map[int]bool{}, taken: map[string]bool{}, known: map[*vm.Code][]bool{}, graph: graph{names: map[int]string{}, sampled: map[int]service.ObjectSample{}}}
}

// Met takes a number's object.
func (b *builder) Met(t vm.Type, bytes int) {
	b.bytes.add(int64(bytes))
	b.entries.add(0)
	b.shape.add(shapesOfTypes[t])
	b.first.add(0)
	b.behind.add(0)
}

// Look begins an object's links.
func (b *builder) Look(number int, v vm.Value) {
	b.number, b.value, b.start = number, v, b.targets.count
	if b.samples != nil {
		if one, known := b.samples.Object(v.Sequence()); known {
			b.sampled[number] = one
		}
	}
}

// Holds takes a link. What a place that came before leads to is not the present one's: a
// name comes before a task that looks at what it names.
func (b *builder) Holds(number int, how vm.Held) {
	if how.How == vm.HeldVariable {
		b.meetVariable(number, how)
	}
	if number < b.floor && (b.number != b.machine || !b.pinned[number]) || number == b.number {
		return
	}
	b.targets.add(uint32(number))
	b.ways.add(b.labels.of(how))
}

// Anew takes back an object's links.
func (b *builder) Anew() {
	b.targets.cut(b.start)
	b.ways.cut(b.start)
}

// Done ends an object.
func (b *builder) Done(bytes, entries int, keys uint64) {
	b.bytes.set(b.number, int64(bytes))
	b.entries.set(b.number, uint32(entries))
	b.first.set(b.number, uint32(b.start))
	b.behind.set(b.number, uint32(b.targets.count))
	if keys != 0 {
		b.shape.set(b.number, b.shapes.of(b.value.AsTable(), keys))
	}
}

// Late takes a link of an object that is done.
func (b *builder) Late(holder, number int, how vm.Held) {
	if number >= b.floor && number != holder {
		if b.late == nil {
			b.late = map[uint32][]lateLink{}
		}
		b.late[uint32(holder)] = append(b.late[uint32(holder)], lateLink{uint32(number), b.labels.of(how)})
	}
}

// addPlace gives an object, or a place that is none, a name.
func (b *builder) addPlace(number int, name string) {
	if _, is := b.names[number]; !is {
		b.names[number], b.taken[name] = name, true
		b.places = append(b.places, number)
	}
}

// meetVariable makes a place of a variable of a file's outermost block that is not among
// the names, as one whose name another has taken.
func (b *builder) meetVariable(number int, how vm.Held) {
	if number < b.floor || how.Name == "_ENV" || how.Name == "" {
		return
	}
	code := how.Function.Code()
	if code != b.current {
		b.current, b.ofFile = code, b.variablesOfFile(code)
	}
	if !b.ofFile[how.Index] {
		return
	}
	name := topName(how.Name)
	if b.taken[name] {
		name = fmt.Sprintf("%s (%s)", name, visible.Line(strings.TrimPrefix(plain.BaseName(code.Proto().Source), "@")))
	}
	b.addPlace(number, name)
}

// variablesOfFile tells which upvalues of a function are variables of a file of the
// service's own.
func (b *builder) variablesOfFile(code *vm.Code) []bool {
	if of, known := b.known[code]; known {
		return of
	}
	upvalues := code.Proto().Upvalues
	of := make([]bool, len(upvalues))
	for i := range of {
		declarer := code.Declarer(i)
		of[i] = declarer != nil && declarer.Parent() == nil && b.isOwn(code.Proto().Source) &&
			isOutermost(declarer.Proto(), upvalues[i].Name)
	}
	b.known[code] = of
	return of
}

// isOutermost tells whether a function has a local variable of a name to its end, and not
// in a loop or another block, which may make many of that name.
func isOutermost(p *bytecode.Proto, name string) bool {
	return slices.ContainsFunc(p.Locals, func(v bytecode.LocalVar) bool {
		return v.Name == name && int(v.EndPC) == len(p.Code)
	})
}

// topName writes a name as a path that begins with it.
func topName(name string) string { return plain.Path{plain.NameKey(name)}.String() }

// size gives the number of objects.
func (g *graph) size() int { return g.bytes.count }

// links calls f for what an object holds: 0 holds the places.
func (g *graph) links(of int, f func(to int)) {
	if of == 0 {
		for _, place := range g.places {
			f(place)
		}
		return
	}
	g.eachLink(of, func(to int, _ label) { f(to) })
}

// eachLink calls f for what an object holds, and how.
func (g *graph) eachLink(of int, f func(to int, way label)) {
	for i := int(g.first.at(of)); i < int(g.behind.at(of)); i++ {
		f(int(g.targets.at(i)), g.ways.at(i))
	}
	for _, l := range g.late[uint32(of)] {
		f(int(l.to), l.way)
	}
}
