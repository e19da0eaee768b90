package stdlib

import (
	"cmp"
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
	if t.Arg(2).IsNil() && (sortNumbers(t, table, n) || sortStrings(t, table, n)) {
		return 0
	}
	s := sorter{t: t, less: t.Arg(2), list: make([]vm.Value, n)}
	for i := range s.list {
		pollAt(t, i)
		s.list[i] = table.GetInt(i + 1)
	}
	defer t.Keep(&s.list)()
	s.sort(0, n-1)
	for i, v := range s.list {
		pollAt(t, i)
		table.SetInt(i+1, v)
	}
	return 0
}

func sortNumbers(t *vm.Thread, table *vm.Table, n int) bool {
	if !table.GetInt(1).IsNumber() || !table.GetInt(n).IsNumber() {
		return false
	}
	list := make([]float64, n)
	for i := range list {
		pollAt(t, i)
		f, ok := table.GetInt(i + 1).AsNumber()
		if !ok {
			return false
		}
		list[i] = f
	}
	list = sortPieces(t, list)
	for i, f := range list {
		pollAt(t, i)
		table.SetInt(i+1, vm.Number(f))
	}
	return true
}

func sortStrings(t *vm.Thread, table *vm.Table, n int) bool {
	if !table.GetInt(1).IsString() || !table.GetInt(n).IsString() {
		return false
	}
	list := make([]string, n)
	for i := range list {
		pollAt(t, i)
		s, ok := table.GetInt(i + 1).AsString()
		if !ok {
			return false
		}
		list[i] = s
	}
	list = sortPieces(t, list)
	for i, s := range list {
		pollAt(t, i)
		table.SetInt(i+1, vm.String(s))
	}
	return true
}

// sortPieces sorts a list so that it can be interrupted: pieces of it, which are
// merged pairwise.
func sortPieces[T cmp.Ordered](t *vm.Thread, list []T) []T {
	const piece = 1 << 16
	for rest := list; len(rest) > 0; rest = rest[min(piece, len(rest)):] {
		slices.Sort(rest[:min(piece, len(rest))])
		t.Poll()
	}
	if len(list) <= piece {
		return list
	}
	merged := make([]T, len(list))
	for width := piece; width < len(list); width *= 2 {
		for from := 0; from < len(list); from += 2 * width {
			middle, end := min(from+width, len(list)), min(from+2*width, len(list))
			merge(t, merged[from:end], list[from:middle], list[middle:end])
		}
		list, merged = merged, list
	}
	return list
}

func merge[T cmp.Ordered](t *vm.Thread, to, a, b []T) {
	for i := range to {
		pollAt(t, i)
		if len(b) == 0 || len(a) > 0 && cmp.Compare(a[0], b[0]) <= 0 {
			to[i], a = a[0], a[1:]
		} else {
			to[i], b = b[0], b[1:]
		}
	}
}

// sorter sorts a copy of the list by quicksort with the median of three, step
// by step as the reference does, so that equal elements end up in its order. A
// comparator that raises leaves the table as it was.
type sorter struct {
	t    *vm.Thread
	less vm.Value // nil for the < operator
	list []vm.Value

	compared int
}

func (s *sorter) before(a, b vm.Value) bool {
	s.compared++
	pollAt(s.t, s.compared)
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
