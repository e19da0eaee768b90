package queue

// This file is the queue that grows: what waits for its turn, first in, first out.

// FIFO gives items in the order in which they were put in. Its zero value is empty. It
// grows and does not shrink, and is not safe for concurrent use.
type FIFO[T any] struct {
	count int
	head  int
	items []T // count is at most their number, a power of two
}

// fewestItems is how many there is room for at first.
const fewestItems = 16

// Len gives the number of items.
func (q *FIFO[T]) Len() int { return q.count }

// Push puts an item at the end.
func (q *FIFO[T]) Push(item T) {
	if q.count == len(q.items) {
		q.grow()
	}
	q.items[(q.head+q.count)&(len(q.items)-1)] = item
	q.count++
}

// grow doubles the room.
func (q *FIFO[T]) grow() {
	items := make([]T, max(fewestItems, 2*q.count))
	copied := copy(items, q.items[q.head:])
	copy(items[copied:], q.items[:q.head])
	q.items, q.head = items, 0
}

// At gives the i-th item from the first, which is 0.
func (q *FIFO[T]) At(i int) T { return q.items[(q.head+i)&(len(q.items)-1)] }

// PopAt takes the i-th item out, which must be there. It takes as long as there are items
// before it.
func (q *FIFO[T]) PopAt(i int) T {
	item := q.At(i)
	for ; i > 0; i-- {
		q.items[(q.head+i)&(len(q.items)-1)] = q.At(i - 1)
	}
	q.Pop()
	return item
}

// Pop takes the first item out; false when there is none. What was taken is not kept.
func (q *FIFO[T]) Pop() (item T, ok bool) {
	if q.count == 0 {
		return item, false
	}
	var zero T
	item, q.items[q.head] = q.items[q.head], zero
	q.head = (q.head + 1) & (len(q.items) - 1)
	q.count--
	return item, true
}
