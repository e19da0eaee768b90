package vm

// This file holds a list of values that is never copied to grow, for the marker.

// markQueue is a list of values that is never copied to grow.
type markQueue struct {
	full [][]Value // chunks of queueChunk
	tail []Value
}

const queueChunk = 1024

func (q *markQueue) push(v Value) {
	if len(q.tail) == queueChunk {
		q.full = append(q.full, q.tail)
		q.tail = make([]Value, 0, queueChunk)
	}
	q.tail = append(q.tail, v)
}

func (q *markQueue) len() int { return len(q.full)*queueChunk + len(q.tail) }

func (q *markQueue) at(i int) Value {
	if chunk := i / queueChunk; chunk < len(q.full) {
		return q.full[chunk][i%queueChunk]
	}
	return q.tail[i%queueChunk]
}
