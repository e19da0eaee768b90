package waits

import "slices"

// This file makes trees and cycles of who waits for whom, from nothing but who is next.

// None is the next of an end.
const None = -1

// Forest are waiters by whom they come to wait for in the end. Waiters are numbers.
type Forest struct {
	Trees   []Tree  // by their ends, or the first of their cycles
	Before  [][]int // by waiter: those who wait for it directly, but for one in the same cycle
	Waiters []int   // by waiter: how many wait for it, directly or not, beside its cycle
}

// Tree are those who come to one end, or to one cycle.
type Tree struct {
	End     int   // which waits for nobody; of a cycle the first
	Cycle   []int // each waits for the next, and the last for the first; nil: there is none
	Waiters int   // who waits for it, beside those of the cycle
}

// Arrange makes a forest. next tells whom each waiter waits for; None: nobody.
func Arrange(next []int) Forest {
	f := Forest{Before: make([][]int, len(next)), Waiters: make([]int, len(next))}
	inCycle := make([]bool, len(next))
	for _, cycle := range cycles(next) {
		for _, i := range cycle {
			inCycle[i] = true
		}
		f.Trees = append(f.Trees, Tree{End: cycle[0], Cycle: cycle})
	}
	for i, n := range next {
		if n == None {
			f.Trees = append(f.Trees, Tree{End: i})
		} else if !inCycle[i] {
			f.Before[n] = append(f.Before[n], i)
		}
	}
	slices.SortFunc(f.Trees, func(a, b Tree) int { return a.End - b.End })
	for t := range f.Trees {
		tree := &f.Trees[t]
		roots := tree.Cycle
		if roots == nil {
			roots = []int{tree.End}
		}
		for _, root := range roots {
			f.count(root)
			tree.Waiters += f.Waiters[root]
		}
	}
	return f
}

// cycles gives the cycles of next, each from its smallest number on.
func cycles(next []int) (found [][]int) {
	walk := make([]int, len(next)) // which walk came by; 0: none
	for start := range next {
		i := start
		for i != None && walk[i] == 0 {
			walk[i] = start + 1
			i = next[i]
		}
		if i == None || walk[i] != start+1 {
			continue
		}
		var cycle []int
		for at := i; ; {
			cycle = append(cycle, at)
			if at = next[at]; at == i {
				break
			}
		}
		first := slices.Index(cycle, slices.Min(cycle))
		found = append(found, slices.Concat(cycle[first:], cycle[:first]))
	}
	return found
}

// count counts who waits for a waiter and for those before it; chains may be long.
func (f *Forest) count(root int) {
	order := []int{root}
	for k := 0; k < len(order); k++ {
		order = append(order, f.Before[order[k]]...)
	}
	for _, i := range slices.Backward(order) {
		f.Waiters[i] = 0
		for _, before := range f.Before[i] {
			f.Waiters[i] += 1 + f.Waiters[before]
		}
	}
}
