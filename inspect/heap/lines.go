package heap

import (
	"cmp"
	"fmt"
	"slices"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/service"
)

// This file names the lines that allocated what grew.

// Line is a line of the program, and what it allocated.
type Line struct {
	At       string // "main.lua:12"
	Function string // "" when it has no name
	Kind     string // of what it allocated: "{at, id, text}", "tables"
	Bytes    int64  // what is still there of it, estimated from samples
}

const (
	// mostLines is how many lines are told of one row, leastLine which part of the row's
	// samples is worth one, as a divisor.
	mostLines = 3
	leastLine = 10
)

// allocated are bytes by the lines that allocated them.
type allocated map[codeLine]int64

type codeLine struct {
	at, function, kind string
}

func (a allocated) add(one service.ObjectSample, kind string) {
	at := codeLine{fmt.Sprintf("%s:%d", bytecode.ChunkID(one.Code.Proto().Source), one.Line), one.Code.DefinedName(), kind}
	a[at] += one.Bytes
}

// lines gives those that allocated most.
func (a allocated) lines() (list []Line) {
	sum := int64(0)
	for at, bytes := range a {
		list = append(list, Line{at.at, at.function, at.kind, bytes})
		sum += bytes
	}
	slices.SortFunc(list, func(x, y Line) int {
		return cmp.Or(cmp.Compare(y.Bytes, x.Bytes), cmp.Compare(x.At, y.At), cmp.Compare(x.Function, y.Function), cmp.Compare(x.Kind, y.Kind))
	})
	for i, line := range list {
		if i == mostLines || line.Bytes*leastLine < sum {
			return list[:i]
		}
	}
	return list
}

// inside tells which objects a place retains.
type inside struct {
	*picture
	tops []uint32 // which dominate them, in the tree's order
}

func (p *picture) inside(of place) inside {
	tops := []uint32{of.object}
	if of.object == 0 {
		tops = slices.Clone(of.members)
	}
	slices.SortFunc(tops, func(a, b uint32) int { return cmp.Compare(p.place[a], p.place[b]) })
	return inside{p, tops}
}

func (in inside) has(object uint32) bool {
	i, is := slices.BinarySearchFunc(in.tops, in.place[object], func(top, place uint32) int { return cmp.Compare(in.place[top], place) })
	return is || i > 0 && in.dominates(in.tops[i-1], object)
}
