package heap

// This file holds lists that are never copied to grow: a copy of a million entries would
// keep a service from its messages.

// column is a list in pieces of a fixed length.
type column[T any] struct {
	pieces [][]T
	count  int
}

const (
	pieceBits   = 14
	pieceLength = 1 << pieceBits
)

func (c *column[T]) add(v T) {
	if c.count%pieceLength == 0 && c.count>>pieceBits == len(c.pieces) {
		c.pieces = append(c.pieces, make([]T, 0, pieceLength))
	}
	last := c.count >> pieceBits
	c.pieces[last] = append(c.pieces[last], v)
	c.count++
}

func (c *column[T]) at(i int) T { return c.pieces[i>>pieceBits][i%pieceLength] }

func (c *column[T]) set(i int, v T) { c.pieces[i>>pieceBits][i%pieceLength] = v }

// cut shortens the list.
func (c *column[T]) cut(count int) {
	for c.count > count {
		last := (c.count - 1) >> pieceBits
		first := last << pieceBits
		keep := max(count-first, 0)
		c.pieces[last] = c.pieces[last][:keep]
		if c.count = first + keep; keep == 0 {
			c.pieces = c.pieces[:last]
		}
	}
}
