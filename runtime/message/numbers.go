package message

import "slices"

// This file numbers the messages of a mailbox, for people.

// numbers are those of messages that stand one behind the other, as they were put into a
// mailbox: the first that it ever got is 1. What is taken out of the middle leaves its
// number unused.
type numbers struct {
	before uint64    // the number before the first one's
	gone   *[]uint64 // those further on that were taken out, in order; nil: none
}

// out gives the numbers that were taken out.
func (n *numbers) out() []uint64 {
	if n.gone == nil {
		return nil
	}
	return *n.gone
}

// at gives the number of the i-th message from the first, which is 0.
func (n *numbers) at(i int) uint64 {
	number := n.before + 1 + uint64(i)
	for _, out := range n.out() {
		if out <= number {
			number++
		}
	}
	return number
}

// index tells which message has a number, as at counts them; false when none can have it.
func (n *numbers) index(number uint64) (i int, ok bool) {
	if number <= n.before || slices.Contains(n.out(), number) {
		return 0, false
	}
	i = int(number - n.before - 1)
	for _, out := range n.out() {
		if out < number {
			i--
		}
	}
	return i, true
}

// pass goes on behind the first messages.
func (n *numbers) pass(count int) {
	if n.gone == nil {
		n.before += uint64(count)
		return
	}
	n.passGone(count)
}

// passGone is pass where numbers were taken out.
func (n *numbers) passGone(count int) {
	first := n.at(count)
	n.before = first - 1
	n.keep(slices.DeleteFunc(slices.Clone(*n.gone), func(out uint64) bool { return out < first }))
}

// remove notes that the i-th message was taken out. Lists that were handed on stay as
// they are.
func (n *numbers) remove(i int) {
	number := n.at(i)
	at, _ := slices.BinarySearch(n.out(), number)
	n.keep(slices.Insert(slices.Clone(n.out()), at, number))
}

func (n *numbers) keep(out []uint64) {
	n.gone = nil
	if len(out) > 0 {
		n.gone = &out
	}
}
