package vm

import "testing"

// A queue gives what came first, and takes pieces for what is in it alone.
func TestQueue(t *testing.T) {
	var q queue
	added, taken := 0, 0
	for range 5 * queuePiece {
		for range 3 {
			q.add(Int(added))
			added++
		}
		for range 2 + added/3%2 { // fewer at times
			if v, more := q.take(); !more || v != Int(taken) {
				t.Fatalf("%d. value: %v, %v", taken, v, more)
			}
			taken++
		}
	}
	for ; taken < added; taken++ {
		if v, more := q.take(); !more || v != Int(taken) {
			t.Fatalf("%d. value: %v, %v", taken, v, more)
		}
	}
	if v, more := q.take(); more {
		t.Fatalf("an empty queue gives %v", v)
	}
	for i := range 20 * queuePiece { // through an almost empty one
		q.add(Int(i))
		q.take()
	}
	if c := cap(q.pieces); c > 64 {
		t.Errorf("%d pieces are kept of an empty queue", c)
	}
}
