package live

import (
	"container/heap"
	"sort"

	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

// This file goes through tables: their entries in order of keys, the first of many, and
// how keys stand in paths.

type Entry struct{ Key, Value vm.Value }

// piece is how many places of a table are looked at in one go. A table that has no
// more is described and counted as it is at one moment.
const piece = 4096

// each calls f for every entry of a table, and again from the beginning, after
// anew, when the table was rebuilt meanwhile.
func each(w *Work, t *vm.Table, anew func(), f func(k, v vm.Value)) {
	c := t.Cursor()
	for {
		if c.Begun() {
			anew()
		}
		more := c.Some(piece, f)
		w.Rest(min(piece, t.Places()) + 1)
		if !more {
			return
		}
	}
}

// count counts a table's entries. Of one that changes between the steps of the
// work, those that come and go may be counted or not.
func count(w *Work, t *vm.Table) int {
	total := 0
	each(w, t, func() { total = 0 }, func(vm.Value, vm.Value) { total++ })
	return total
}

// SortedEntries gives a table's first entries in order of their keys (numbers,
// strings, booleans, others in traversal order), and how many there are.
func SortedEntries(t *vm.Table, width int) ([]Entry, int) { return FirstEntries(nil, t, width, nil) }

// FirstEntries is SortedEntries in steps, of the entries whose keys are wanted; nil
// wants all.
func FirstEntries(w *Work, t *vm.Table, width int, wanted func(key vm.Value) bool) ([]Entry, int) {
	n := t.Len()
	var sequence []Entry
	for i := 1; i <= n && len(sequence) < width; i++ {
		if v := t.GetInt(i); !v.IsNil() && (wanted == nil || wanted(vm.Int(i))) {
			sequence = append(sequence, Entry{vm.Int(i), v})
		}
		if wanted != nil && i%piece == 0 {
			w.Rest(piece)
		}
	}
	rest := firsts{width: width - len(sequence)}
	total := 0
	each(w, t, func() { total, rest.entries = 0, nil }, func(k, v vm.Value) {
		if wanted != nil && !wanted(k) {
			return
		}
		total++
		if f, ok := k.AsNumber(); ok && f >= 1 && f <= float64(n) && f == float64(int(f)) {
			return
		}
		rest.add(Entry{k, v})
	})
	return append(sequence, rest.sorted()...), total
}

// firsts keeps the entries with the first keys of those that it is given; of equal
// ones, those that came first. It is a heap with the last one on top.
type firsts struct {
	width   int
	entries []placed
	given   int
}

type placed struct {
	Entry
	place int
}

func (f *firsts) add(e Entry) {
	f.given++
	p := placed{e, f.given}
	switch {
	case len(f.entries) < f.width:
		heap.Push(f, p)
	case f.width > 0 && p.before(f.entries[0]):
		f.entries[0] = p
		heap.Fix(f, 0)
	}
}

func (p placed) before(other placed) bool {
	if KeyBefore(p.Key, other.Key) {
		return true
	}
	return p.place < other.place && !KeyBefore(other.Key, p.Key)
}

func (f *firsts) sorted() []Entry {
	sort.Slice(f.entries, func(i, j int) bool { return f.entries[i].before(f.entries[j]) })
	entries := make([]Entry, len(f.entries))
	for i, p := range f.entries {
		entries[i] = p.Entry
	}
	return entries
}

// Len, Less, Swap, Push and Pop are heap.Interface's.
func (f *firsts) Len() int           { return len(f.entries) }
func (f *firsts) Less(i, j int) bool { return f.entries[j].before(f.entries[i]) }
func (f *firsts) Swap(i, j int)      { f.entries[i], f.entries[j] = f.entries[j], f.entries[i] }
func (f *firsts) Push(x any)         { f.entries = append(f.entries, x.(placed)) }
func (f *firsts) Pop() any {
	last := len(f.entries) - 1
	p := f.entries[last]
	f.entries = f.entries[:last]
	return p
}

var keyRank = map[vm.Type]int{vm.TypeNumber: 0, vm.TypeString: 1, vm.TypeBoolean: 2}

func rank(t vm.Type) int {
	if r, ok := keyRank[t]; ok {
		return r
	}
	return 3
}

func KeyBefore(a, b vm.Value) bool {
	if x, y := rank(a.Type()), rank(b.Type()); x != y {
		return x < y
	}
	switch a.Type() {
	case vm.TypeNumber:
		x, _ := a.AsNumber()
		y, _ := b.AsNumber()
		return x < y
	case vm.TypeString:
		x, _ := a.AsString()
		y, _ := b.AsString()
		return x < y
	case vm.TypeBoolean:
		return !a.Truth() && b.Truth()
	}
	return false
}

// PathKey gives the step of a path that a key is.
func PathKey(v vm.Value) plain.Key {
	switch v.Type() {
	case vm.TypeBoolean:
		return plain.BoolKey(v.Truth())
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return plain.NumberKey(f)
	case vm.TypeString:
		s, _ := v.AsString()
		return plain.NameKey(s)
	}
	return plain.Key{Kind: plain.Table, Text: v.Type().String() + " " + vm.Address(v)}
}

// lookupKey gives the key that a step of a path stands for.
func lookupKey(k plain.Key) vm.Value {
	switch k.Kind {
	case plain.Boolean:
		return vm.Bool(k.Bool)
	case plain.Number:
		return vm.Number(k.Number)
	}
	return vm.String(k.Text)
}
