package stdlib

import (
	"slices"

	"lunarium/runtime/vm"
)

// maxSort is the longest list that sort takes; it guards against a __len that
// makes up a number.
const maxSort = 1 << 27

func tableSort(t *vm.Thread) int {
	table, n := listLength(t, 1)
	if !t.Arg(2).IsNil() {
		t.CheckFunction(2)
	}
	if n < 2 {
		return 0
	}
	if n > maxSort {
		t.ArgError(1, "array too big")
	}
	if t.Arg(2).IsNil() && (sortNumbers(table, n) || sortStrings(table, n)) {
		return 0
	}
	s := sorter{t: t, less: t.Arg(2), list: make([]vm.Value, n)}
	for i := range s.list {
		s.list[i] = table.GetInt(i + 1)
	}
	s.sort(0, n-1)
	for i, v := range s.list {
		table.SetInt(i+1, v)
	}
	return 0
}

func sortNumbers(table *vm.Table, n int) bool {
	if !table.GetInt(1).IsNumber() || !table.GetInt(n).IsNumber() {
		return false
	}
	list := make([]float64, n)
	for i := range list {
		f, ok := table.GetInt(i + 1).AsNumber()
		if !ok {
			return false
		}
		list[i] = f
	}
	slices.Sort(list)
	for i, f := range list {
		table.SetInt(i+1, vm.Number(f))
	}
	return true
}

func sortStrings(table *vm.Table, n int) bool {
	if !table.GetInt(1).IsString() || !table.GetInt(n).IsString() {
		return false
	}
	list := make([]string, n)
	for i := range list {
		s, ok := table.GetInt(i + 1).AsString()
		if !ok {
			return false
		}
		list[i] = s
	}
	slices.Sort(list)
	for i, s := range list {
		table.SetInt(i+1, vm.String(s))
	}
	return true
}

// sorter sorts a copy of the list by quicksort with the median of three, step
// by step as the reference does, so that equal elements end up in its order. A
// comparator that raises leaves the table as it was.
type sorter struct {
	t    *vm.Thread
	less vm.Value // nil for the < operator
	list []vm.Value
}

func (s *sorter) before(a, b vm.Value) bool {
	if s.less.IsNil() {
		return s.t.Less(a, b)
	}
	return s.t.Call1(s.less, a, b).Truth()
}

func (s *sorter) order(i, j int) {
	if s.before(s.list[j], s.list[i]) {
		s.list[i], s.list[j] = s.list[j], s.list[i]
	}
}

// sort sorts list[low..high].
func (s *sorter) sort(low, high int) {
	for low < high {
		s.order(low, high)
		if high-low == 1 {
			return
		}
		// Indexes count from 1 in the reference: its middle is this one.
		middle := (low+high+2)/2 - 1
		if s.before(s.list[middle], s.list[low]) {
			s.list[middle], s.list[low] = s.list[low], s.list[middle]
		} else {
			s.order(middle, high)
		}
		if high-low == 2 {
			return
		}
		pivot := s.partition(low, high, middle)
		if pivot-low < high-pivot {
			s.sort(low, pivot-1)
			low = pivot + 1
		} else {
			s.sort(pivot+1, high)
			high = pivot - 1
		}
	}
}

// partition puts what belongs before list[middle] on its left and the rest on
// its right and gives its new index.
func (s *sorter) partition(low, high, middle int) int {
	list := s.list
	pivot := list[middle]
	list[middle], list[high-1] = list[high-1], pivot
	i, j := low, high-1
	for {
		for i++; s.before(list[i], pivot); i++ {
			if i >= high {
				s.t.Errorf("invalid order function for sorting")
			}
		}
		for j--; s.before(pivot, list[j]); j-- {
			if j <= low {
				s.t.Errorf("invalid order function for sorting")
			}
		}
		if j < i {
			break
		}
		list[i], list[j] = list[j], list[i]
	}
	list[high-1], list[i] = list[i], list[high-1]
	return i
}
