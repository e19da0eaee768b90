package message

import "slices"

// This file numbers the messages of a mailbox, for people.

// numbers are those of messages that stand one behind the other, as they were put into a
// mailbox: the first that it ever got is 1. What is taken out of the middle leaves its
// number unused.
type numbers struct {
	before uint64   // the number before the first one's
	out    []uint64 // those further on that were taken out, in order
}

// at gives the number of the i-th message from the first, which is 0.
func (n *numbers) at(i int) uint64 {
	number := n.before + 1 + uint64(i)
	for _, out := range n.out {
		if out <= number {
			number++
		}
	}
	return number
}

// index tells which message has a number, as at counts them; false when none can have it.
func (n *numbers) index(number uint64) (i int, ok bool) {
	if number <= n.before || slices.Contains(n.out, number) {
		return 0, false
	}
	i = int(number - n.before - 1)
	for _, out := range n.out {
		if out < number {
			i--
		}
	}
	return i, true
}

// pass goes on behind the first messages.
func (n *numbers) pass(count int) {
	if n.out == nil {
		n.before += uint64(count)
		return
	}
	first := n.at(count)
	n.before = first - 1
	n.out = slices.DeleteFunc(slices.Clone(n.out), func(out uint64) bool { return out < first })
	if len(n.out) == 0 {
		n.out = nil
	}
}

// remove notes that the i-th message was taken out. Lists that were handed on stay as
// they are.
func (n *numbers) remove(i int) {
	number := n.at(i)
	at, _ := slices.BinarySearch(n.out, number)
	n.out = slices.Insert(slices.Clone(n.out), at, number)
}
