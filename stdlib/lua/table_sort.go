package lua

import (
	"cmp"
	"math"
	"slices"

	"lunarium/runtime/vm"
)

// This file holds table.sort.

// maxCopy is the longest list that is sorted as a copy; it guards against a __len
// that makes up a number.
const maxCopy = 1 << 27

func tableSort(t *vm.Thread) int {
	table, n := listLength(t, 1)
	if !t.Arg(2).IsNil() {
		t.CheckFunction(2)
	}
	if n < 2 {
		return 0
	}
	if t.Arg(2).IsNil() && n <= maxCopy && (sortNumbers(t, table, n) || sortStrings(t, table, n)) {
		return 0
	}
	s := sorter{t: t, less: t.Arg(2), list: table, held: make([]vm.Value, heldValues)}
	defer t.Keep(&s.held)()
	s.sort(1, n)
	return 0
}

// sortNumbers sorts a list of numbers of which no two equal ones can be told apart;
// one that is none, or a negative zero, is left to the sorter.
func sortNumbers(t *vm.Thread, table *vm.Table, n int) bool {
	if !table.GetInt(1).IsNumber() || !table.GetInt(n).IsNumber() {
		return false
	}
	list := make([]float64, n)
	for i := range list {
		pollAt(t, i)
		f, ok := table.GetInt(i + 1).AsNumber()
		if !ok || f != f || f == 0 && math.Signbit(f) {
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

// sorter sorts a list by quicksort with the median of three, step by step as the
// reference does: equal elements end up in its order, a comparator sees the list as
// it would there, and one that raises leaves it so.
type sorter struct {
	t    *vm.Thread
	less vm.Value // nil for the < operator
	list *vm.Table

	compared int
	// held are the values that are only here while the comparator runs.
	held []vm.Value
}

// The places in held.
const (
	heldLeft = iota
	heldRight
	heldPivot
	heldFirst
	heldValues
)

func (s *sorter) before(a, b vm.Value) bool {
	s.compared++
	if s.compared&0xFFF == 0 {
		s.t.PollBefore(s.less)
	}
	if s.less.IsNil() {
		return s.t.Less(a, b)
	}
	s.held[heldLeft], s.held[heldRight] = a, b
	return s.t.Call1(s.less, a, b).Truth()
}

// set stores two elements.
func (s *sorter) set(i int, a vm.Value, j int, b vm.Value) {
	s.list.SetInt(i, a)
	s.list.SetInt(j, b)
}

// median puts the first, middle and last element in order; each is read when the
// reference reads it, as the comparator may change the list.
func (s *sorter) median(low, middle, high int) {
	m, l := s.list.GetInt(middle), s.list.GetInt(low)
	if s.before(m, l) {
		s.set(middle, l, low, m)
		return
	}
	if h := s.list.GetInt(high); s.before(h, m) {
		s.set(middle, h, high, m)
	}
}

// sort sorts the elements low to high.
func (s *sorter) sort(low, high int) {
	for low < high {
		if l, h := s.list.GetInt(low), s.list.GetInt(high); s.before(h, l) {
			s.set(low, h, high, l)
		}
		if high-low == 1 {
			return
		}
		middle := (low + high) / 2
		s.median(low, middle, high)
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

// partition puts what belongs before the middle element on its left and the rest
// on its right, and gives its new index.
func (s *sorter) partition(low, high, middle int) int {
	pivot := s.list.GetInt(middle)
	s.held[heldPivot], s.held[heldFirst] = pivot, vm.Nil
	s.set(middle, s.list.GetInt(high-1), high-1, pivot)
	i, j := low, high-1
	for {
		i++
		a := s.list.GetInt(i)
		for ; s.before(a, pivot); a = s.list.GetInt(i) {
			if i >= high {
				s.t.Errorf("invalid order function for sorting")
			}
			i++
		}
		s.held[heldFirst] = a
		j--
		b := s.list.GetInt(j)
		for ; s.before(pivot, b); b = s.list.GetInt(j) {
			if j <= low {
				s.t.Errorf("invalid order function for sorting")
			}
			j--
		}
		if j < i {
			break
		}
		s.set(i, b, j, a)
	}
	last, a := s.list.GetInt(high-1), s.list.GetInt(i)
	s.set(high-1, a, i, last)
	return i
}

// listLength gives #t for argument i, which must be a table (luaL_len).
func listLength(t *vm.Thread, i int) (*vm.Table, int) {
	table := t.CheckTable(i)
	if table.Metatable() == nil {
		return table, table.Len()
	}
	n, ok := t.ToNumber(t.LenOf(t.Arg(i)))
	if !ok {
		t.Errorf("object length is not a number")
	}
	return table, int(int32(int64(n)))
}
