package vm

// This file holds a queue that takes memory only for what is in it.

// queue gives values in the order in which they came. It takes memory for those that
// are in it alone, however many go through it.
type queue struct {
	pieces [][]Value
	taken  int     // of the first piece
	spare  []Value // a piece that was gone through
}

// queuePiece is how many values a piece holds.
const queuePiece = 1024

func (q *queue) add(v Value) {
	last := len(q.pieces) - 1
	if last < 0 || len(q.pieces[last]) == queuePiece {
		if q.spare == nil {
			q.spare = make([]Value, 0, queuePiece)
		}
		q.pieces, q.spare = append(q.pieces, q.spare), nil
		last++
	}
	q.pieces[last] = append(q.pieces[last], v)
}

// take gives the value that came first; false when there is none.
func (q *queue) take() (Value, bool) {
	if len(q.pieces) == 0 {
		return Nil, false
	}
	first := q.pieces[0]
	v := first[q.taken]
	if q.taken++; q.taken == len(first) { // with what comes next, a new one begins
		q.pieces, q.spare, q.taken = q.pieces[1:], first[:0], 0
	}
	return v, true
}
