package vm_test

import (
	"math"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// modelKeys are keys of every kind; numbers near 0 meet in the array part.
func modelKeys() []vm.Value {
	keys := []vm.Value{
		vm.True, vm.False, vm.Number(math.Copysign(0, -1)), vm.Number(0.5), vm.Number(-1),
		vm.Number(1e300), vm.Number(math.Inf(1)), vm.Number(math.Inf(-1)), vm.Number(1 << 53), vm.String(""),
	}
	for i := range 40 {
		keys = append(keys, vm.Int(i), vm.String(strings.Repeat("k", i)))
	}
	return keys
}

// modelKey makes equal keys of a Go map out of equal Lua values.
func modelKey(v vm.Value) any {
	if f, ok := v.AsNumber(); ok {
		return f + 0
	}
	if s, ok := v.AsString(); ok {
		return s
	}
	return v.Truth()
}

func compareModel(t *testing.T, table *vm.Table, model map[any]float64, keys []vm.Value) {
	t.Helper()
	for _, k := range keys {
		want, present := model[modelKey(k)]
		got, ok := table.Get(k).AsNumber()
		if ok != present || ok && got != want {
			t.Fatalf("key %v: got %v %v, want %v %v", modelKey(k), got, ok, want, present)
		}
	}
	seen := map[any]bool{}
	for k, v, ok := table.Next(vm.Nil); !k.IsNil(); k, v, ok = table.Next(k) {
		f, _ := v.AsNumber()
		if want, present := model[modelKey(k)]; !ok || !present || f != want || seen[modelKey(k)] {
			t.Fatalf("traversal gives %v = %v (ok %v), want %v, seen %v", modelKey(k), f, ok, want, seen[modelKey(k)])
		}
		seen[modelKey(k)] = true
	}
	if len(seen) != len(model) || table.Count() != len(model) {
		t.Fatalf("traversal gives %d entries, Count %d, want %d", len(seen), table.Count(), len(model))
	}
	n := table.Len()
	_, last := model[float64(n)]
	_, after := model[float64(n+1)]
	if n > 0 && !last || after {
		t.Fatalf("%d is no border", n)
	}
}

func TestTableAgainstMap(t *testing.T) {
	keys := modelKeys()
	for seed := range int64(20) {
		random := rand.New(rand.NewSource(seed))
		s := newState(vm.Config{Seed: uint32(seed)})
		table, model := s.NewTable(int(seed)%5, int(seed)%9), map[any]float64{}
		for step := range 1500 {
			k := keys[random.Intn(len(keys))]
			if random.Intn(5) < 2 {
				table.Set(k, vm.Nil)
				delete(model, modelKey(k))
			} else {
				table.Set(k, vm.Int(step))
				model[modelKey(k)] = float64(step)
			}
			if random.Intn(40) == 0 {
				length := table.Len()
				table.Compact(cloned)
				if table.Len() != length {
					t.Fatalf("Compact changed the length from %d to %d", length, table.Len())
				}
			}
			if step%50 == 0 {
				compareModel(t, table, model, keys)
			}
		}
		compareModel(t, table, model, keys)
	}
}

// cloned gives an equal string with bytes of its own.
func cloned(v vm.Value) vm.Value {
	s, _ := v.AsString()
	return vm.String(strings.Clone(s))
}

func TestCompactFrees(t *testing.T) {
	s := newState(vm.Config{})
	table := s.NewTable(1000, 1000)
	if table.Compact(cloned) < 20_000 || table.Compact(cloned) != 0 {
		t.Error("an empty table keeps its room")
	}
	for i := range 1000 {
		table.SetInt(i+1, vm.True)
		table.SetString(strings.Repeat("k", i), vm.True)
	}
	for i := 1000; i > 10; i-- {
		table.SetInt(i, vm.Nil)
		table.SetString(strings.Repeat("k", i), vm.Nil)
	}
	if table.Compact(cloned) < 20_000 || table.Len() != 10 || table.Count() != 21 {
		t.Errorf("afterwards: length %d, %d entries", table.Len(), table.Count())
	}
}

func TestTableClearedDuringTraversal(t *testing.T) {
	s := newState(vm.Config{})
	table, keys := s.NewTable(0, 0), modelKeys()
	for i, k := range keys {
		table.Set(k, vm.Int(i))
	}
	want, visits := table.Count(), 0
	for k, _, ok := table.Next(vm.Nil); !k.IsNil(); k, _, ok = table.Next(k) {
		if !ok {
			t.Fatal("a cleared key is lost to the traversal")
		}
		visits++
		table.Set(k, vm.Nil)
	}
	if visits != want || table.Count() != 0 || table.Len() != 0 {
		t.Errorf("%d visits of %d; %d entries left", visits, want, table.Count())
	}
	if _, _, ok := s.NewTable(0, 0).Next(vm.Int(1)); ok {
		t.Error("Next of a foreign key succeeds")
	}
}

// Elements stored from the end come to the array part when the first one does.
func TestTableMigration(t *testing.T) {
	s := newState(vm.Config{})
	table := s.NewTable(0, 0)
	for i := 100; i >= 1; i-- {
		table.SetInt(i, vm.Int(i))
	}
	if table.Len() != 100 || table.Count() != 100 {
		t.Fatalf("Len %d, Count %d", table.Len(), table.Count())
	}
	want := 1
	table.Entries(func(k, v vm.Value) bool {
		if !vm.Same(k, vm.Int(want)) || !vm.Same(v, vm.Int(want)) {
			t.Errorf("entry %d is out of order", want)
		}
		want++
		return true
	})
	table.SetInt(50, vm.Nil)
	for _, i := range []int{49, 51, 100} {
		if !vm.Same(table.GetInt(i), vm.Int(i)) {
			t.Errorf("element %d is lost beside a hole", i)
		}
	}
	if n := table.Len(); n != 49 && n != 100 {
		t.Errorf("%d is no border", n)
	}
}

// Whole numbers from 0 on that a constructor puts into the nodes in any order come
// in rising order, and are found by the run loop wherever they are. Of two or four
// keys the largest shares the place of 0: the one that came first is there.
func TestWholeNumbersInOrder(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for last := range 70 {
		for round := range 8 {
			order := random.Perm(last + 1)
			if round == 0 {
				slices.Sort(order)
			}
			s := newState(vm.Config{})
			table := s.NewTable(round%2, last+1)
			for _, i := range order {
				table.SetInt(i, vm.Int(i))
			}
			var keys []int
			table.Entries(func(k, v vm.Value) bool {
				if !vm.Same(k, v) {
					t.Errorf("%v: entry %d is lost", order, len(keys))
				}
				i, _ := k.AsNumber()
				keys = append(keys, int(i))
				return true
			})
			rising := last < 32 && round%2 == 0 && (round == 0 || last != 1 && last != 3)
			if len(keys) != last+1 || rising && !slices.IsSorted(keys) {
				t.Errorf("%v is visited as %v", order, keys)
			}
			s.Globals.SetString("t", vm.TableValue(table))
			task := s.NewTask(load(t, s, "local t, sum = t, 0 for i = 0, ... do sum = sum + t[i] end return sum"), vm.Int(last))
			if got, want := finish(t, task, task.AsTask().Resume()), strconv.Itoa(last*(last+1)/2); got != want {
				t.Errorf("%v: the sum is %s, want %s", order, got, want)
			}
		}
	}
}

// Keys far apart, of which several have one home in a small table.
func TestSparseWholeNumbersAreFound(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	for round := range 200 {
		keys := random.Perm(40)[:1+round%9]
		s := newState(vm.Config{})
		table, sum := s.NewTable(0, len(keys)), 0
		for _, i := range keys {
			table.SetInt(i, vm.Int(i))
			sum += i
		}
		s.Globals.SetString("t", vm.TableValue(table))
		task := s.NewTask(load(t, s, "local t, sum = t, 0 for i = 0, 40 do sum = sum + (t[i] or 0) end return sum"))
		if got := finish(t, task, task.AsTask().Resume()); got != strconv.Itoa(sum) {
			t.Errorf("%v: the sum is %s, want %d", keys, got, sum)
		}
	}
}

func TestTableKeysRefused(t *testing.T) {
	s := newState(vm.Config{})
	for key, want := range map[vm.Value]string{vm.Nil: "index is nil", vm.Number(math.NaN()): "index is NaN"} {
		func() {
			defer func() {
				if e, ok := recover().(vm.KeyError); !ok || e.Error() != want {
					t.Errorf("got %v, want %q", e, want)
				}
			}()
			s.NewTable(0, 0).Set(key, vm.True)
		}()
		if !s.NewTable(0, 0).Get(key).IsNil() {
			t.Error("a refused key has a value")
		}
	}
}

func TestStringKeysOfEveryLength(t *testing.T) {
	for seed := range uint32(8) {
		s := newState(vm.Config{Seed: seed})
		table := s.NewTable(0, 0)
		for n := range 41 {
			table.SetString(strings.Repeat("x", n), vm.Int(n))
			if n > 0 {
				table.SetString(strings.Repeat("x", n-1)+"y", vm.Int(-n))
			}
		}
		for n := range 41 {
			if !vm.Same(table.Get(vm.Bytes([]byte(strings.Repeat("x", n)))), vm.Int(n)) {
				t.Errorf("length %d is not found", n)
			}
			if n > 0 && !vm.Same(table.GetString(strings.Repeat("x", n-1)+"y"), vm.Int(-n)) {
				t.Errorf("length %d with another end is not found", n)
			}
		}
	}
}

func TestAdopt(t *testing.T) {
	s := newState(vm.Config{Seed: 3})
	d := vm.NewDetached(3)
	outer, element, field := d.Table(1, 1), d.Table(0, 0), d.Table(0, 0)
	outer.SetInt(1, vm.TableValue(element))
	outer.SetString("field", vm.TableValue(field))
	outer.SetString("self", vm.TableValue(outer))
	s.Adopt([]vm.Value{vm.Int(1), vm.TableValue(outer)})
	seen := map[string]bool{}
	for _, table := range []*vm.Table{outer, element, field, s.NewTable(0, 0)} {
		seen[vm.Address(vm.TableValue(table))] = true
	}
	if len(seen) != 4 {
		t.Errorf("adopted tables share addresses: %v", seen)
	}
	s.Globals.SetString("adopted", vm.TableValue(outer))
	task := s.NewTask(load(t, s, "return adopted.self == adopted, #adopted, adopted[1] ~= adopted.field"))
	if got := finish(t, task, task.AsTask().Resume()); got != "true 1 true" {
		t.Error(got)
	}
}
