package service

import "slices"

// This file holds the first of very many, in order.

// earliest keeps the first of very many, without keeping the others.
type earliest[T any] struct {
	most    int
	compare func(a, b T) int
	kept    []T
	sorted  bool // kept are the first of those that were added, in order
}

func (e *earliest[T]) add(item T) {
	if e.most <= 0 || e.sorted && len(e.kept) == e.most && e.compare(item, e.kept[e.most-1]) >= 0 {
		return
	}
	e.kept, e.sorted = append(e.kept, item), false
	if len(e.kept) >= 2*e.most {
		e.list()
	}
}

// list gives what was kept, in order.
func (e *earliest[T]) list() []T {
	slices.SortFunc(e.kept, e.compare)
	e.kept, e.sorted = e.kept[:min(len(e.kept), e.most)], true
	return e.kept
}
