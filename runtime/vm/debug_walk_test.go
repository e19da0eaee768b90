package vm_test

import (
	"fmt"
	"math/rand"
	"testing"

	"lunarium/runtime/vm"
)

// measured measures a state in pieces of so many places.
func measured(s *vm.State, places int) int {
	w := s.Memory().Measure()
	for w.Some(places) {
	}
	return w.Bytes()
}

// What is measured in pieces is what the collector measures at once.
func TestMeasureInPieces(t *testing.T) {
	for seed := range int64(60) {
		g := newGraph(t, seed, 4+int(seed)%40)
		for range 4 {
			g.step()
			long := vm.String(fmt.Sprintf("%040d", seed))
			o := g.objects[g.random.Intn(len(g.objects))].table
			o.SetString("text", long)
			o.Set(long, vm.TableValue(o))
			o.SetString("short", vm.String("x"))
			if want, got := g.state.Memory().Bytes(), measured(g.state, 1+g.random.Intn(30)); got != want {
				t.Fatalf("seed %d: measured %d in pieces, %d at once", seed, got, want)
			}
			o.SetString("text", vm.Nil)
			o.Set(long, vm.Nil)
			o.SetString("short", vm.Nil)
		}
	}
}

// A walk meets what stays in its place all the time, however the tables around it
// grow and shrink meanwhile, and it ends.
func TestWalkWhileTablesChange(t *testing.T) {
	for seed := range int64(40) {
		random := rand.New(rand.NewSource(seed))
		s := vm.NewState(vm.Config{Seed: 7})
		tables := []*vm.Table{s.NewTable(0, 0)}
		for len(tables) < 400 {
			parent := tables[random.Intn(min(len(tables), 4))]
			child := s.NewTable(0, 0)
			key := vm.String(fmt.Sprint("stays", len(tables)))
			if random.Intn(2) == 0 {
				key = vm.Int(parent.Len() + 1)
			}
			parent.Set(key, vm.TableValue(child))
			tables = append(tables, child)
		}
		met := map[*vm.Table]bool{}
		w := s.Debug().NewWalk(func(v vm.Value) { met[v.AsTable()] = true }, vm.TableValue(tables[0]))
		pieces := 0
		for ; w.Some(1 + random.Intn(50)); pieces++ {
			o := tables[random.Intn(4)]
			for range random.Intn(40) {
				key := vm.String(fmt.Sprint("passes", random.Intn(100)))
				o.Set(key, vm.TableValue(s.NewTable(0, 0)))
				if random.Intn(2) == 0 {
					o.Set(key, vm.Nil)
				}
			}
		}
		for i, table := range tables {
			if !met[table] {
				t.Fatalf("seed %d: table %d was not met in %d pieces", seed, i, pieces)
			}
		}
	}
}

// A cycle of the collector in the middle of a walk does what it always does.
func TestCollectDuringWalk(t *testing.T) {
	for seed := range int64(30) {
		g := newGraph(t, seed, 30)
		w := g.state.Memory().Measure()
		w.Some(10)
		g.step()
		w.Some(10)
		g.step()
		for w.Some(10) {
		}
	}
}

// One piece of a walk through a large table takes no longer than it should.
func TestWalkThroughOneLargeTable(t *testing.T) {
	s := vm.NewState(vm.Config{Seed: 7})
	large := s.NewTable(0, 0)
	for i := range 100_000 {
		large.SetString(fmt.Sprint("k", i), vm.TableValue(s.NewTable(0, 0)))
	}
	met := 0
	w := s.Debug().NewWalk(func(vm.Value) { met++ }, vm.TableValue(large))
	for last := 0; w.Some(1000); last = met {
		if met-last > 2000 {
			t.Fatalf("a piece of 1000 places met %d objects", met-last)
		}
	}
	if met != 100_001 {
		t.Errorf("met %d objects", met)
	}
}

// What a table shows of its template, and nobody asked for, is not measured.
func TestMeasureOfTemplates(t *testing.T) {
	s := vm.NewState(vm.Config{Seed: 7})
	s.Instance(big).GetString("own")
	if want, got := s.Memory().Bytes(), measured(s, 5); got != want {
		t.Errorf("measured %d in pieces, %d at once", got, want)
	}
}
