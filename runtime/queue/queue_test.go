package queue

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A queue gives what a slice would, wherever its head stands when it grows.
func TestFIFOGivesItemsInOrder(t *testing.T) {
	var q FIFO[int]
	var model []int
	next := 0
	for step := range 2000 {
		for range step % 7 {
			q.Push(next)
			model = append(model, next)
			next++
		}
		for range step % 5 {
			got, ok := q.Pop()
			if ok != (len(model) > 0) {
				t.Fatalf("step %d: Pop gives %v with %d items", step, ok, len(model))
			}
			if ok && got != model[0] {
				t.Fatalf("step %d: %d, want %d", step, got, model[0])
			}
			model = model[min(1, len(model)):]
		}
		if q.Len() != len(model) {
			t.Fatalf("step %d: length %d, want %d", step, q.Len(), len(model))
		}
	}
}

func TestFIFOKeepsNothingThatWasTaken(t *testing.T) {
	var q FIFO[*int]
	for range 40 {
		q.Push(new(int))
	}
	for range 40 {
		q.Pop()
	}
	if i := slices.IndexFunc(q.items, func(p *int) bool { return p != nil }); i >= 0 {
		t.Errorf("item %d is still held", i)
	}
}

func TestRecentKeepsTheLatest(t *testing.T) {
	r := NewRecent[int](3)
	for i := range 5 {
		r.Add(i)
	}
	if diff := cmp.Diff([]int{2, 3, 4}, r.Last(-1)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{3, 4}, r.Last(2)); diff != "" {
		t.Error(diff)
	}
	if r.Total() != 5 {
		t.Errorf("total %d", r.Total())
	}
}

func TestRecentEntriesAreRemovedAndChanged(t *testing.T) {
	r := NewRecent[int](4)
	for i := range 6 {
		r.Add(i)
	}
	if diff := cmp.Diff([]int{3, 5}, r.Remove(func(i *int) bool { return *i%2 == 1 })); diff != "" {
		t.Error(diff)
	}
	if n := r.Change(func(i *int) bool { return *i == 4 }, func(i *int) { *i = 40 }); n != 1 {
		t.Errorf("%d changed", n)
	}
	for i := range 3 {
		r.Add(100 + i)
	}
	if diff := cmp.Diff([]int{40, 100, 101, 102}, r.Last(-1)); diff != "" || r.Total() != 9 {
		t.Errorf("%s\n%d in all", diff, r.Total())
	}
	if removed := r.Remove(func(*int) bool { return false }); removed != nil {
		t.Errorf("%v removed", removed)
	}
}

func TestRecentTellsItsWatchersUntilTheyStop(t *testing.T) {
	r := NewRecent[int](1)
	var first, second []int
	stop := r.Watch(func(i int) { first = append(first, i) })
	defer r.Watch(func(i int) { second = append(second, i) })()
	r.Add(1)
	stop()
	r.Add(2)
	if diff := cmp.Diff([][]int{{1}, {1, 2}}, [][]int{first, second}); diff != "" {
		t.Error(diff)
	}
}

// What is taken from the middle leaves the others in their order, wherever the head stands.
func TestFIFOTakesFromTheMiddle(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var q FIFO[int]
	var model []int
	for step := range 5000 {
		if len(model) == 0 || random.IntN(2) == 0 && len(model) < 40 {
			q.Push(step)
			model = append(model, step)
			continue
		}
		i := random.IntN(len(model))
		if at, got := q.At(i), q.PopAt(i); got != model[i] || at != got || q.Len() != len(model)-1 {
			t.Fatalf("step %d: item %d is %d, then %d of %d, want %d", step, i, at, got, q.Len()+1, model[i])
		}
		model = slices.Delete(model, i, i+1)
	}
}
