package profile

import (
	"cmp"
	"slices"
)

// This file sums up by what is waited for, and where.

// WaitRow is what was waited for at a line.
type WaitRow struct {
	Service string
	For     string // what was waited for
	Frame   Frame  // the function of the program that waits, and its line
	Value   int64  // nanoseconds
	Count   int64
}

// Waits gives what was waited for by lines, the longest first.
func (p *Profile) Waits() []WaitRow {
	type key struct {
		service, what string
		frame         Frame
	}
	rows := map[key]*WaitRow{}
	for i, n := range p.Nodes {
		if n.Count == 0 {
			continue
		}
		k := key{n.Service, n.Frame.Name, p.waitingIn(i)}
		row := rows[k]
		if row == nil {
			row = &WaitRow{Service: k.service, For: k.what, Frame: k.frame}
			rows[k] = row
		}
		row.Value += n.Value
		row.Count += n.Count
	}
	list := []WaitRow{}
	for _, row := range rows {
		list = append(list, *row)
	}
	slices.SortFunc(list, func(a, b WaitRow) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Service, b.Service),
			compareFrames(a.Frame, b.Frame), cmp.Compare(a.For, b.For))
	})
	return list
}

// waitingIn gives the innermost function of the program around a node: modules that are part
// of a library wait for others.
func (p *Profile) waitingIn(node int) Frame {
	around, found := Frame{}, false
	for at := p.Nodes[node].Parent; at >= 0; at = p.Nodes[at].Parent {
		f := p.Nodes[at].Frame
		switch {
		case f.Kind == Function && !f.Embedded:
			return f
		case !found && f.Kind != Library:
			around, found = f, true
		}
	}
	return around
}
