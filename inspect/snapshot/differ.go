package snapshot

import (
	"slices"
	"time"

	"lunarium/inspect/plain"
)

// This file says how two snapshots differ.

// Kind is what became of a place.
type Kind string

// What becomes of places.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
)

// Change is a place that is another in the later snapshot.
type Change struct {
	Path          string
	Kind          Kind
	Before, After plain.Value // nil of what was added, or removed
	// More are as many further places of the same table of which the same became, and that
	// are not listed.
	More int

	keys plain.Path
}

// Difference is how two snapshots differ.
type Difference struct {
	Since                   time.Duration // from the one to the other
	Added, Removed, Changed int           // places
	Changes                 []Change      // in the order of their paths
	Left                    int           // changes that are not among them
	Reloaded                bool          // the code is another version
}

// Equal tells whether nothing differs.
func (d *Difference) Equal() bool { return d.Added+d.Removed+d.Changed == 0 }

const (
	// mostChanges is how many changes are listed, and mostOfTable how many of one kind in one table.
	mostChanges = 10_000
	mostOfTable = 8
)

// Compare says how one snapshot differs from another that was taken later. Code is no part
// of it: a function is the same as another in its place, unless its variables differ.
func Compare(before, after *Snapshot) (*Difference, error) {
	a, err := before.graph()
	if err != nil {
		return nil, err
	}
	b, err := after.graph()
	if err != nil {
		return nil, err
	}
	d := differ{a: a, b: b, seen: map[[2]int]bool{}}
	d.Since, d.Reloaded = after.Taken.Sub(before.Taken), before.Version != after.Version
	d.numbered = before.origin != nil && before.origin == after.origin
	d.run()
	return &d.Difference, nil
}

// differ compares two graphs.
type differ struct {
	Difference
	a, b     *graph
	numbered bool            // the numbers of objects mean the same in both
	seen     map[[2]int]bool // pairs of objects
	pending  []pair
	inA, inB map[uint64]int // objects by their sequence numbers; nil: not asked for yet
}

// pair are two values in one place.
type pair struct {
	step *step
	a, b item
}

func (d *differ) run() {
	for _, r := range d.a.roots {
		at := placeOf(r.name)
		after, stays := d.b.root(r.name)
		switch {
		case stays:
			d.pending = append(d.pending, pair{at, r.value, after})
		case r.value.kind != plain.Function:
			d.note(at.before, Removed, []change{{at.key, r.value, item{}}})
		}
	}
	for _, r := range d.b.roots {
		if _, was := d.a.root(r.name); !was && r.value.kind != plain.Function {
			at := placeOf(r.name)
			d.note(at.before, Added, []change{{at.key, item{}, r.value}})
		}
	}
	for len(d.pending) > 0 {
		p := d.pending[0]
		d.pending = d.pending[1:]
		d.compare(p)
	}
	slices.SortStableFunc(d.Changes, func(x, y Change) int { return comparePaths(x.keys, y.keys) })
}

// comparePaths orders paths by their steps.
func comparePaths(x, y plain.Path) int {
	return slices.CompareFunc(x, y, func(k, l plain.Key) int {
		return plain.CompareKeys(plain.Value{Kind: k.Kind, Bool: k.Bool, Number: k.Number, Text: k.Text},
			plain.Value{Kind: l.Kind, Bool: l.Bool, Number: l.Number, Text: l.Text})
	})
}

// change is a change of one entry of a table.
type change struct {
	key  plain.Key
	a, b item
}

// note lists changes of one kind in one table, the first of very many.
func (d *differ) note(in *step, kind Kind, list []change) {
	total := map[Kind]*int{Added: &d.Added, Removed: &d.Removed, Changed: &d.Difference.Changed}[kind]
	*total += len(list)
	slices.SortFunc(list, func(x, y change) int {
		return comparePaths(plain.Path{x.key}, plain.Path{y.key})
	})
	shown := len(list)
	if shown > mostOfTable {
		shown = mostOfTable - 1
	}
	for i, c := range list[:shown] {
		if len(d.Changes) >= mostChanges {
			d.Left += len(list) - i
			return
		}
		keys := in.then(c.key).path()
		one := Change{Path: keys.String(), Kind: kind, keys: keys, Before: d.a.describe(c.a, shownLimits), After: d.b.describe(c.b, shownLimits)}
		one.Before.After, one.After.After = d.a.after(keys), d.b.after(keys)
		if i == shown-1 {
			one.More = len(list) - shown
		}
		d.Changes = append(d.Changes, one)
	}
}

// compare compares two values, and has what they hold compared.
func (d *differ) compare(p pair) {
	switch {
	case p.a.kind != p.b.kind, !p.a.isObject() && !p.a.same(p.b):
		d.noteOne(p)
	case !p.a.isObject() || d.seen[[2]int{p.a.object, p.b.object}]:
	default:
		d.seen[[2]int{p.a.object, p.b.object}] = true
		d.compareObjects(p, &d.a.objects[p.a.object], &d.b.objects[p.b.object])
	}
}

func (d *differ) noteOne(p pair) { d.note(p.step.before, Changed, []change{{p.step.key, p.a, p.b}}) }

func (d *differ) compareObjects(p pair, a, b *object) {
	switch {
	case a.kind == plain.Table && a.text == "" && b.text == "":
		d.compareTables(p.step, a, b)
	case a.kind == plain.Function:
		for _, e := range a.entries {
			if value, ok := b.get(e.key); ok {
				d.pending = append(d.pending, pair{p.step.then(plain.NameKey(e.key.text)), e.value, value})
			}
		}
	case a.text != b.text, d.numbered && a.sequence != b.sequence:
		d.noteOne(p)
	}
}

// compareTables pairs the entries of two tables.
func (d *differ) compareTables(at *step, a, b *object) {
	var changed, gone, fresh []change
	both := func(key plain.Key, x, y item) {
		switch {
		case x.isObject() && x.kind == y.kind:
			d.pending = append(d.pending, pair{at.then(key), x, y})
		case !x.same(y):
			changed = append(changed, change{key, x, y})
		}
	}
	n := d.compareLists(a, b, both, &gone, &fresh)
	for _, e := range a.entries {
		if isIndex(e.key, n[0]) {
			continue
		}
		if value, ok := b.get(d.keyInB(e.key)); ok {
			both(d.a.stepOf(e.key), e.value, value)
		} else {
			gone = append(gone, change{key: d.a.stepOf(e.key), a: e.value})
		}
	}
	for _, e := range b.entries {
		if isIndex(e.key, n[1]) {
			continue
		}
		if _, ok := a.get(d.keyInA(e.key)); !ok {
			fresh = append(fresh, change{key: d.b.stepOf(e.key), b: e.value})
		}
	}
	d.note(at, Removed, gone)
	d.note(at, Added, fresh)
	d.note(at, Changed, changed)
}

// keyInB gives a key of a as b has it.
func (d *differ) keyInB(key item) item {
	if !key.isObject() {
		return key
	}
	if d.inB == nil {
		d.inB = map[uint64]int{}
		for i := range d.b.objects {
			d.inB[d.b.objects[i].sequence] = i
		}
	}
	sequence := d.a.objects[key.object].sequence
	if i, ok := d.inB[sequence]; ok && d.numbered && sequence != 0 {
		return item{kind: key.kind, object: i}
	}
	return item{kind: key.kind, object: -1}
}

// keyInA gives a key of b as a has it.
func (d *differ) keyInA(key item) item {
	if !key.isObject() {
		return key
	}
	back := differ{a: d.b, b: d.a, numbered: d.numbered, inB: d.inA}
	found := back.keyInB(key)
	d.inA = back.inB
	return found
}

// compareLists pairs what stands under 1, 2, … in two tables: by what it is where elements
// were taken out or put in at one place, else by index. It gives how many it has dealt with
// of each.
func (d *differ) compareLists(a, b *object, both func(plain.Key, item, item), gone, fresh *[]change) [2]int {
	x, y := elements(a), elements(b)
	l := d.align(x, y)
	for i := range y {
		switch {
		case i < l.first:
			both(plain.NumberKey(float64(i+1)), x[i], y[i])
		case i < l.first+l.run:
			both(plain.NumberKey(float64(i+1)), x[i+l.skip], y[i])
		case i >= len(y)-l.last:
			both(plain.NumberKey(float64(i+1)), x[i+len(x)-len(y)], y[i])
		default:
			*fresh = append(*fresh, change{key: plain.NumberKey(float64(i + 1)), b: y[i]})
		}
	}
	for i := l.first; i < len(x)-l.last; i++ {
		if i < l.first+l.skip || i >= l.first+l.skip+l.run {
			*gone = append(*gone, change{key: plain.NumberKey(float64(i + 1)), a: x[i]})
		}
	}
	return [2]int{len(x), len(y)}
}

func elements(o *object) []item {
	list := make([]item, o.length())
	for i := range list {
		list[i], _ = o.get(item{kind: plain.Number, number: float64(i + 1)})
	}
	return list
}

// aligned tells how the elements of two lists belong together: the first ones, then, when so
// many of the earlier list are skipped, a run, and the last ones.
type aligned struct{ first, skip, run, last int }

func (d *differ) align(x, y []item) (l aligned) {
	shorter := min(len(x), len(y))
	for l.first < shorter && d.is(x[l.first], y[l.first]) {
		l.first++
	}
	for l.last < shorter-l.first && d.is(x[len(x)-1-l.last], y[len(y)-1-l.last]) {
		l.last++
	}
	if l.first+l.last == shorter {
		return l
	}
	if l.last == 0 {
		l.skip, l.run = d.taken(x[l.first:], y[l.first:])
	}
	if l.run == 0 {
		return aligned{first: shorter}
	}
	return l
}

// taken tells that the elements of a list but the first ones begin another, as of a queue.
func (d *differ) taken(x, y []item) (skip, run int) {
	for skip = 1; skip < len(x) && !d.is(x[skip], y[0]); skip++ {
	}
	for skip+run < len(x) && run < len(y) && d.is(x[skip+run], y[run]) {
		run++
	}
	if skip+run < len(x) {
		return 0, 0
	}
	return skip, run
}

// is tells whether an element of a list is known to be one of the other list.
func (d *differ) is(a, b item) bool {
	if !a.isObject() || a.kind != b.kind {
		return a.same(b)
	}
	x, y := d.a.objects[a.object].sequence, d.b.objects[b.object].sequence
	return d.numbered && x == y && x != 0
}
