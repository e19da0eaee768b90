package profile

import (
	"cmp"
	"slices"
)

// This file puts stacks together by functions, as a tree.

// Branch is a function as it was called from others.
type Branch struct {
	Frame Frame // without a line
	Self  int64
	Total int64     // with what it calls
	Count int64     // looks that found it running, or waits
	Below []*Branch // what it calls, those that take most first
}

// Tree gives the root of all stacks; below it stand the services, where they are several, and
// what their tasks work on.
func (p *Profile) Tree() *Branch {
	root := &Branch{}
	several := p.services() > 1
	type place struct {
		in    *Branch
		frame Frame
	}
	known := map[place]*Branch{}
	below := func(in *Branch, f Frame) *Branch {
		b := known[place{in, f}]
		if b == nil {
			b = &Branch{Frame: f}
			known[place{in, f}] = b
			in.Below = append(in.Below, b)
		}
		return b
	}
	branches := make([]*Branch, len(p.Nodes))
	for i, n := range p.Nodes {
		in := root
		switch {
		case n.Parent >= 0:
			in = branches[n.Parent]
		case several:
			in = below(root, Frame{Kind: Service, Name: n.Service})
		}
		b := below(in, n.Frame.function())
		branches[i] = b
		b.Self += n.Value
		b.Count += n.Count
	}
	root.sum()
	return root
}

// services counts those of which there are stacks.
func (p *Profile) services() int {
	names := map[string]bool{}
	for _, n := range p.Nodes {
		names[n.Service] = true
	}
	return len(names)
}

// sum adds up what a branch takes with those below it.
func (b *Branch) sum() {
	b.Total = b.Self
	for _, below := range b.Below {
		below.sum()
		b.Total += below.Total
	}
	slices.SortFunc(b.Below, func(x, y *Branch) int {
		return cmp.Or(cmp.Compare(y.Total, x.Total), compareFrames(x.Frame, y.Frame))
	})
}
