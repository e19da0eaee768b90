package waits

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file gives the waits of a node, and those of one request.

// Graph are the waits of a node. Trees stand in the order in which people want to know of
// them: cycles first, then by how many wait, then by who waits longest.
type Graph struct {
	Waiters []Waiter // by service
	Forest
	Left    int // tasks that were not looked at
	Unasked int // services with tasks that were not asked: the time was over
}

// Collect asks a node's services who waits for whom. Those that do not answer in time are
// Silent waiters. Half of the context's time is for who waits, the rest for whom.
func Collect(ctx context.Context, node *service.Node) *Graph {
	s := newSearch(asking{node, ctx})
	half, cancel := s.half()
	defer cancel()
	s.everybody(half)
	s.follow()
	s.settle()
	return s.graph()
}

// Chain gives whom a client's call waits for: the call first, each followed by its next. The
// last waits for nobody, or its Next says which of them it waits for. The client may have
// given up.
func Chain(ctx context.Context, node *service.Node, call service.ClientCall) []Waiter {
	s := newSearch(asking{node, ctx})
	return s.chain(s.addClient(call))
}

// ChainOfTask is Chain for what a task of a service waited for; it may have been ended.
func ChainOfTask(ctx context.Context, node *service.Node, address message.Address, task service.TaskInfo) []Waiter {
	s := newSearch(asking{node, ctx})
	return s.chain(s.addTask(address, task))
}

func (s *search) chain(first ref) []Waiter {
	s.all[first].given = true
	s.follow()
	s.settle()
	var chain []Waiter
	place := map[ref]int{}
	for at := first; at != nobody; {
		w := s.all[at]
		place[at] = len(chain)
		chain = append(chain, w.Waiter)
		if at = w.next; at == nobody {
			break
		}
		last := &chain[len(chain)-1]
		if back, been := place[at]; been {
			last.Next = back
			break
		}
		last.Next = len(chain)
	}
	return chain
}

// graph gives what was found.
func (s *search) graph() *Graph {
	refs := make([]ref, 0, len(s.all))
	for at := range s.all {
		refs = append(refs, at)
	}
	slices.SortFunc(refs, func(a, b ref) int {
		return cmp.Or(cmp.Compare(a.address, b.address), cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id))
	})
	place := make(map[ref]int, len(refs))
	for i, at := range refs {
		place[at] = i
	}
	g := &Graph{Left: s.left, Unasked: s.unasked}
	for _, at := range refs {
		w := s.all[at].Waiter
		if next := s.all[at].next; next != nobody {
			w.Next = place[next]
		}
		g.Waiters = append(g.Waiters, w)
	}
	g.arrange()
	return g
}

// arrange makes the trees.
func (g *Graph) arrange() {
	next := make([]int, len(g.Waiters))
	for i := range g.Waiters {
		next[i] = g.Waiters[i].Next
	}
	g.Forest = Arrange(next)
	oldest := make([]time.Duration, len(g.Waiters))
	for i := range g.Trees {
		oldest[g.Trees[i].End] = g.oldest(&g.Trees[i])
	}
	slices.SortStableFunc(g.Trees, func(a, b Tree) int {
		return cmp.Or(-cmp.Compare(min(len(a.Cycle), 1), min(len(b.Cycle), 1)), -cmp.Compare(a.Waiters, b.Waiters),
			cmp.Compare(oldest[a.End], oldest[b.End]))
	})
	for i := range g.Before {
		slices.SortStableFunc(g.Before[i], func(a, b int) int {
			return cmp.Or(-cmp.Compare(g.Forest.Waiters[a], g.Forest.Waiters[b]), cmp.Compare(g.Waiters[a].Since, g.Waiters[b].Since))
		})
	}
}

// oldest gives since when the first of a tree waits.
func (g *Graph) oldest(t *Tree) time.Duration {
	first := g.Waiters[t.End].Since
	for _, i := range t.Cycle {
		first = min(first, g.Waiters[i].Since)
	}
	for _, i := range g.Before[t.End] {
		first = min(first, g.Waiters[i].Since)
	}
	return first
}

// Through gives the waits that begin in a service, pass through it or end there.
func (g *Graph) Through(address message.Address) *Graph {
	keep, whole := make([]bool, len(g.Waiters)), make([]bool, len(g.Waiters))
	for i := range g.Waiters {
		if g.Waiters[i].Address != address || g.Waiters[i].Kind == Client {
			continue
		}
		g.keepBefore(i, keep, whole)
		for at := g.Waiters[i].Next; at != None && !keep[at]; at = g.Waiters[at].Next {
			keep[at] = true
		}
	}
	for i := range g.Trees { // who comes to a cycle is no part of it
		if len(g.Trees[i].Cycle) > 0 && slices.ContainsFunc(g.Trees[i].Cycle, func(at int) bool { return g.Waiters[at].Address == address }) {
			for _, at := range g.Trees[i].Cycle {
				g.keepBefore(at, keep, whole)
			}
		}
	}
	place := make([]int, len(g.Waiters))
	some := &Graph{Left: g.Left, Unasked: g.Unasked}
	for i := range g.Waiters {
		if place[i] = len(some.Waiters); keep[i] {
			some.Waiters = append(some.Waiters, g.Waiters[i])
		}
	}
	for i := range some.Waiters {
		if next := some.Waiters[i].Next; next != None {
			some.Waiters[i].Next = place[next]
		}
	}
	some.arrange()
	return some
}

// keepBefore keeps a waiter, and all who wait for it; whole tells of which that was done.
func (g *Graph) keepBefore(i int, keep, whole []bool) {
	for todo := []int{i}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !whole[at] {
			keep[at], whole[at] = true, true
			todo = append(todo, g.Before[at]...)
		}
	}
}

// Returns gives a way from a service back to itself, when a tree has one: from a task that
// waits for others to the tree's end, which waits to be woken by its own service. If
// nothing else of the service wakes it, that is a deadlock, too; nobody but the service's
// author can tell. nil: there is none.
func (g *Graph) Returns(t *Tree) []int {
	end := &g.Waiters[t.End]
	if end.Kind != Task || end.Task.Running || end.Task.Wait.Kind != service.WaitToken || end.Task.Orphaned {
		return nil
	}
	for todo := []int{t.End}; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if at != t.End && g.Waiters[at].Address == end.Address && g.Waiters[at].Kind == Task {
			way := []int{at}
			for at != t.End {
				at = g.Waiters[at].Next
				way = append(way, at)
			}
			return way
		}
		todo = append(todo, g.Before[at]...)
	}
	return nil
}
