package snapshot

import (
	"slices"

	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

// This file turns what a graph holds into values for people.

// shownLimits bound what is told of a value that has changed.
var shownLimits = plain.Limits{Depth: 3, Width: 12, Text: 200}

// describe describes an item, which some tables lead to.
func (g *graph) describe(i item, l plain.Limits, from ...int) plain.Value {
	switch i.kind {
	case plain.Nil:
		return plain.Value{}
	case plain.Boolean:
		return plain.OfBool(i.number == 1)
	case plain.Number:
		return plain.OfNumber(i.number)
	case plain.String:
		return plain.OfString(i.text, l.Text)
	}
	o := &g.objects[i.object]
	if o.kind != plain.Table || o.text != "" {
		return plain.Value{Kind: o.kind, Text: o.text}
	}
	if slices.Contains(from, i.object) {
		return plain.Value{Kind: plain.Table, Total: len(o.entries), Cut: true}
	}
	v := plain.Value{Kind: plain.Table, Total: len(o.entries), HasMetatable: o.meta >= 0}
	if l.Depth <= 0 {
		v.Cut = v.Total > 0
		return v
	}
	below := l
	below.Depth--
	for _, e := range g.first(o, l.Width) {
		key := g.describeKey(e.key)
		v.Entries = append(v.Entries, plain.Entry{Key: key, Value: g.describe(e.value, below, append(from, i.object)...)})
	}
	return v
}

// after gives the strings that the elements of lists on a path follow, as live.Names.After does.
func (g *graph) after(path plain.Path) (after []plain.Value) {
	var at item
	from := 0
	for i := len(path); i > 0 && from == 0; i-- { // names of the state may be paths themselves
		if value, ok := g.root(path[:i].String()); ok {
			at, from = value, i
		}
	}
	for _, key := range path[from:] {
		if !at.isObject() {
			return after
		}
		o := &g.objects[at.object]
		if key.Kind == plain.Number {
			if value, _ := o.get(item{kind: plain.Number, number: key.Number - 1}); value.kind == plain.String {
				after = append(after, plain.OfString(value.text, shownLimits.Text))
			}
		}
		at, _ = o.get(itemOf(key))
	}
	return after
}

// itemOf gives the key of a table that a step is; of a key that has an identity none.
func itemOf(key plain.Key) item {
	switch key.Kind {
	case plain.Boolean:
		if key.Bool {
			return item{kind: plain.Boolean, number: 1}
		}
		return item{kind: plain.Boolean}
	case plain.Number:
		return item{kind: plain.Number, number: key.Number}
	case plain.String:
		return item{kind: plain.String, text: key.Text}
	}
	return item{}
}

// first gives the entries with the first keys.
func (g *graph) first(o *object, most int) []entry {
	list := make([]entry, 0, min(most, len(o.entries)))
	n := o.length()
	for i := 1; i <= n && len(list) < most; i++ {
		key := item{kind: plain.Number, number: float64(i)}
		value, _ := o.get(key)
		list = append(list, entry{key, value})
	}
	if len(list) == most || len(o.entries) == n {
		return list
	}
	rest := make([]entry, 0, len(o.entries)-n)
	for _, e := range o.entries {
		if !isIndex(e.key, n) {
			rest = append(rest, e)
		}
	}
	g.sortByKey(rest)
	return append(list, rest[:min(len(rest), most-len(list))]...)
}

// isIndex tells whether a key is one of 1 to n.
func isIndex(key item, n int) bool {
	return key.kind == plain.Number && key.number >= 1 && key.number <= float64(n) && key.number == float64(int(key.number))
}

// describeKey describes a table's key; a table as a key is not looked into.
func (g *graph) describeKey(key item) plain.Value {
	if key.kind == plain.Table {
		return plain.Value{Kind: plain.Table, Text: g.stepOf(key).Text, Total: len(g.objects[key.object].entries), Cut: true}
	}
	return g.describe(key, plain.Limits{})
}

// stepOf gives the step of a path that a key is.
func (g *graph) stepOf(key item) plain.Key {
	switch key.kind {
	case plain.Boolean:
		return plain.BoolKey(key.number == 1)
	case plain.Number:
		return plain.NumberKey(key.number)
	case plain.String:
		return plain.NameKey(key.text)
	}
	o := &g.objects[key.object]
	text := o.text
	if o.kind == plain.Table {
		text = "table " + vm.AddressOf(o.sequence)
	}
	return plain.Key{Kind: plain.Table, Text: text}
}

// sortByKey sorts entries by their keys.
func (g *graph) sortByKey(list []entry) {
	slices.SortFunc(list, func(x, y entry) int {
		return plain.CompareKeys(g.describeKey(x.key), g.describeKey(y.key))
	})
}
