package service

import "cmp"

// timerHeap orders timers by when they are due, and by number among equals, so
// that those of one instant fire in the order in which they were set. Four
// children to a node keep it flat.
type timerHeap []*timerEntry

const heapWidth = 4

func compareTimers(a, b *timerEntry) int {
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id))
}

func (h *timerHeap) push(e *timerEntry) {
	*h = append(*h, e)
	h.up(e, len(*h)-1)
}

func (h *timerHeap) remove(e *timerEntry) {
	last := len(*h) - 1
	moved := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	if moved != e {
		h.up(moved, e.place)
		h.down(moved)
	}
	e.place = -1
}

// up puts e at i or above.
func (h timerHeap) up(e *timerEntry, i int) {
	for i > 0 {
		parent := (i - 1) / heapWidth
		if compareTimers(e, h[parent]) >= 0 {
			break
		}
		h.put(h[parent], i)
		i = parent
	}
	h.put(e, i)
}

// down moves e below what is due earlier.
func (h timerHeap) down(e *timerEntry) {
	i := e.place
	for {
		least := -1
		for child := heapWidth*i + 1; child <= heapWidth*i+heapWidth && child < len(h); child++ {
			if least < 0 || compareTimers(h[child], h[least]) < 0 {
				least = child
			}
		}
		if least < 0 || compareTimers(e, h[least]) <= 0 {
			break
		}
		h.put(h[least], i)
		i = least
	}
	h.put(e, i)
}

func (h timerHeap) put(e *timerEntry, i int) {
	h[i] = e
	e.place = i
}
