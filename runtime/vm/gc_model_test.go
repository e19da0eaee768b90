package vm_test

import (
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

// graph is a random graph of tables and, beside it, what the manual (2.5) says
// about it, worked out naively.
type graph struct {
	t         *testing.T
	state     *vm.State
	random    *rand.Rand
	roots     *vm.Table
	functions *vm.Table // by number, and their numbers
	objects   []*object
	marked    []int // objects with a finalizer, in the order in which they got it
	order     []int // objects whose finalizers ran
}

// object is a table and its model. Keys of its entries are objects or their
// own numbers; values are objects.
type object struct {
	table      *vm.Table
	mode       string
	rooted     bool
	byObject   map[int]int
	byPosition map[int]int
}

func newGraph(t *testing.T, seed int64, size int) *graph {
	g := &graph{t: t, random: rand.New(rand.NewSource(seed))}
	s := vm.NewState(vm.Config{Seed: 7, Slice: g.tired})
	g.state, g.roots, g.functions = s, s.NewTable(0, 0), s.NewTable(0, 0)
	s.Registry.SetString("roots", vm.TableValue(g.roots))
	s.Registry.SetString("functions", vm.TableValue(g.functions))
	for i := range size {
		o := &object{table: s.NewTable(0, 0), byObject: map[int]int{}, byPosition: map[int]int{}}
		g.objects = append(g.objects, o)
		o.mode = []string{"", "", "", "k", "v", "kv"}[g.random.Intn(6)]
		g.setMetatable(i, g.random.Intn(4) == 0)
		g.setRoot(i, g.random.Intn(8) == 0)
		f := s.NewGoClosure("f", func(*vm.Thread) int { return 0 })
		g.functions.SetInt(i+1, f)
		g.functions.Set(f, vm.Int(i+1))
	}
	all := make([]int, size)
	for i := range all {
		all[i] = i
	}
	for range 3 * size {
		g.link(all)
	}
	return g
}

// setMetatable gives an object a metatable of its own, which nothing else holds.
func (g *graph) setMetatable(i int, finalizer bool) {
	meta := g.state.NewTable(0, 0)
	if mode := g.objects[i].mode; mode != "" {
		meta.SetString("__mode", vm.String(mode))
	}
	if finalizer {
		meta.SetString("__gc", g.state.NewFunction("gc", func(*vm.Thread) int {
			g.order = append(g.order, i)
			return 0
		}))
		g.marked = append(g.marked, i)
	}
	g.state.SetMetatable(g.objects[i].table, meta)
}

func (g *graph) setRoot(i int, rooted bool) {
	g.objects[i].rooted = rooted
	v := vm.Nil
	if rooted {
		v = vm.TableValue(g.objects[i].table)
	}
	g.roots.Set(vm.Int(i+1), v)
}

// link sets a field of one of the objects to another of them.
func (g *graph) link(among []int) {
	if len(among) == 0 {
		return
	}
	pick := func() int { return among[g.random.Intn(len(among))] }
	from, key, value := g.objects[pick()], pick(), pick()
	if g.random.Intn(2) == 0 {
		from.byObject[key] = value
		from.table.Set(vm.TableValue(g.objects[key].table), vm.TableValue(g.objects[value].table))
		return
	}
	position := 1 + g.random.Intn(6)
	from.byPosition[position] = value
	from.table.SetInt(position, vm.TableValue(g.objects[value].table))
}

func (o *object) weak(what rune) bool { return slices.Contains([]rune(o.mode), what) }

// reach gives the objects that can be reached from the roots and some others.
func (g *graph) reach(others []int) map[int]bool {
	reached := map[int]bool{}
	for i, o := range g.objects {
		if o.rooted {
			reached[i] = true
		}
	}
	for _, i := range others {
		reached[i] = true
	}
	for before := -1; before != len(reached); {
		before = len(reached)
		for i, o := range g.objects {
			if !reached[i] {
				continue
			}
			for _, value := range o.byPosition {
				if !o.weak('v') {
					reached[value] = true
				}
			}
			for key, value := range o.byObject {
				if !o.weak('k') {
					reached[key] = true
				}
				if !o.weak('v') && (!o.weak('k') || reached[key]) {
					reached[value] = true
				}
			}
		}
	}
	return reached
}

// collect does to the model what a cycle does, and gives the objects whose
// finalizers become due.
func (g *graph) collect() (due []int, alive map[int]bool) {
	alive = g.reach(nil)
	g.dropValues(alive, nil)
	for _, i := range slices.Backward(g.marked) {
		if !alive[i] {
			due = append(due, i)
		}
	}
	g.marked = slices.DeleteFunc(g.marked, func(i int) bool { return !alive[i] })
	// What was found stays found, also through an entry that has been dropped.
	first := alive
	alive = g.reach(slices.AppendSeq(slices.Clone(due), maps.Keys(first)))
	for i, o := range g.objects {
		for key := range o.byObject {
			if alive[i] && o.weak('k') && !alive[key] {
				delete(o.byObject, key)
			}
		}
	}
	g.dropValues(alive, first)
	return due, alive
}

// dropValues takes dead values out of the living tables with weak values that
// are not among the exceptions.
func (g *graph) dropValues(alive, except map[int]bool) {
	for i, o := range g.objects {
		if !alive[i] || except[i] || !o.weak('v') {
			continue
		}
		for position, value := range o.byPosition {
			if !alive[value] {
				delete(o.byPosition, position)
			}
		}
		for key, value := range o.byObject {
			if !alive[value] {
				delete(o.byObject, key)
			}
		}
	}
}

// entries gives what a table holds, by numbers of objects.
func (g *graph) entries(t *vm.Table) []string {
	number := map[*vm.Table]int{}
	for i, o := range g.objects {
		number[o.table] = i
	}
	list := []string{}
	for k, v, _ := t.Next(vm.Nil); !k.IsNil(); k, v, _ = t.Next(k) {
		if f, ok := k.AsNumber(); ok {
			list = append(list, fmt.Sprintf("[%v]=%d", f, number[v.AsTable()]))
		} else {
			list = append(list, fmt.Sprintf("%d=%d", number[k.AsTable()], number[v.AsTable()]))
		}
	}
	slices.Sort(list)
	return list
}

func (o *object) entries() []string {
	list := []string{}
	for position, value := range o.byPosition {
		list = append(list, fmt.Sprintf("[%v]=%d", float64(position), value))
	}
	for key, value := range o.byObject {
		list = append(list, fmt.Sprintf("%d=%d", key, value))
	}
	slices.Sort(list)
	return list
}

// finalized runs what is due and gives the objects in order.
func (g *graph) finalized() []int {
	g.order = nil
	task := g.state.NewTask(g.state.NewFunction("finalizers", func(t *vm.Thread) int {
		t.State().Collector().Finalize(t)
		return 0
	}))
	finish(g.t, task, task.AsTask().Resume())
	return g.order
}

// change changes the graph a little.
func (g *graph) change() {
	for range len(g.objects) / 4 {
		i := g.random.Intn(len(g.objects))
		g.setRoot(i, g.objects[i].rooted && g.random.Intn(2) == 0)
		g.link(slices.Sorted(maps.Keys(g.reach(nil)))) // what the program has in its hands
	}
}

// step changes the graph, collects, and compares it with the model.
func (g *graph) step() {
	g.change()
	due, alive := g.collect()
	g.collectState()
	if diff := cmp.Diff(due, g.finalized()); diff != "" {
		g.t.Fatalf("finalizers (-want +got):\n%s", diff)
	}
	g.compare(alive)
}

func (g *graph) compare(alive map[int]bool) {
	for i, o := range g.objects {
		if !alive[i] {
			continue
		}
		if diff := cmp.Diff(o.entries(), g.entries(o.table)); diff != "" {
			g.t.Fatalf("object %d, mode %q (-want +got):\n%s", i, o.mode, diff)
		}
	}
}

// stepGivenUp is step with a cycle that is given up in the middle. What it cleared may
// make more garbage for the next one, so that the two agree only when there is none.
func (g *graph) stepGivenUp() {
	g.change()
	g.state.SetPiece(1 + g.random.Intn(3))
	until := 1 + g.random.Intn(11)
	g.state.Collector().Begin()
	g.state.Collector().Some(func() bool { return g.state.PhasesLeft() <= until && g.tired() })
	g.state.Collector().Drop()
	var want, got []int
	var alive map[int]bool
	for range 8 {
		var due []int
		due, alive = g.collect()
		g.collectState()
		want, got = append(want, due...), append(got, g.finalized()...)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		g.t.Fatalf("finalizers (-want +got):\n%s", diff)
	}
	g.compare(alive)
}

// collectState has the state collect: in one go, or with pauses in which others look
// at it, asked for by the embedder or by a task.
func (g *graph) collectState() {
	s := g.state
	s.SetPiece(1 + g.random.Intn(20))
	switch g.random.Intn(3) {
	case 0:
		s.Collector().Collect()
	case 1:
		for s.Collector().Begin(); !s.Collector().Some(g.tired); {
			g.look()
		}
	case 2:
		task := s.NewTask(s.NewFunction("collect", func(t *vm.Thread) int { return t.State().Collector().CollectThen(t, func(*vm.Thread) int { return 0 }) }))
		status := task.AsTask().Resume()
		for ; status == vm.StatusPreempted; status = task.AsTask().Resume() {
			if !s.Collector().Collecting() {
				g.t.Fatal("the task gave way without a cycle")
			}
			g.look()
		}
		finish(g.t, task, status)
	}
	if s.Collector().Collecting() {
		g.t.Fatal("a cycle stands after all")
	}
}

// tired ends slices.
func (g *graph) tired() bool { return g.random.Intn(3) == 0 }

// look reads what is there while a cycle stands: functions that are marked are found
// as keys like others, and what the roots hold is whole.
func (g *graph) look() {
	for i, o := range g.objects {
		if f := g.functions.GetInt(i + 1); !vm.Same(g.functions.Get(f), vm.Int(i+1)) {
			g.t.Fatalf("function %d is not found as a key", i)
		}
		if o.rooted && g.roots.GetInt(i+1).AsTable() != o.table {
			g.t.Fatalf("root %d is lost", i)
		}
	}
}

func TestCollectorAgainstModel(t *testing.T) {
	seeds := int64(150)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := newGraph(t, seed, 4+int(seed)%40)
			for range 6 {
				g.step()
			}
		})
	}
}

// Very many objects whose finalizers become due at once, or are kept from it, are marked
// piece by piece, too.
func TestManyFinalizersInPieces(t *testing.T) {
	const objects, piece = 5000, 100
	for _, suspended := range []bool{false, true} {
		s := newState(vm.Config{})
		meta := s.NewTable(0, 1)
		meta.SetString("__gc", s.NewFunction("gc", func(*vm.Thread) int { return 0 }))
		for range objects {
			s.SetMetatable(s.NewTable(0, 0), meta)
		}
		if suspended {
			defer s.Collector().Suspend()()
		}
		s.SetPiece(piece)
		s.Collector().Begin()
		before, most := s.Marked(), 0
		for s.Collector().Some(func() bool { return true }); s.Collector().Collecting(); s.Collector().Some(func() bool { return true }) {
			most = max(most, s.Marked()-before)
			before = s.Marked()
		}
		if before < objects || most > 2*piece {
			t.Errorf("suspended %t: %d marked, at most %d in a piece of %d places", suspended, before, most, piece)
		}
		if due := s.Collector().FinalizersDue(); due == suspended {
			t.Errorf("suspended %t: finalizers due %t", suspended, due)
		}
	}
}

func TestGivenUpCyclesAgainstModel(t *testing.T) {
	if testing.Short() {
		t.Skip("compares much with a model")
	}
	for seed := range int64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := newGraph(t, seed, 4+int(seed)%40)
			for range 6 {
				g.stepGivenUp()
			}
		})
	}
}
