package message

import "slices"

// This file looks at messages that wait, and takes some of them out.

// Each calls f for the messages that were not taken yet, the oldest first, with their
// numbers, until it gives false. The mailbox is locked meanwhile: f is quick, and keeps
// nothing of a message.
func (b *Mailbox) Each(f func(number uint64, m *Message) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.count == 0 || !f(b.numbers.at(0), &b.first) {
		return
	}
	eachIn(b.chunks, 0, 0, func(i int, m *Message) bool { return f(b.numbers.at(i+1), m) })
}

// Remove takes the message of a number out; false when it is not there.
func (b *Mailbox) Remove(number uint64) (removed Message, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, ok := b.numbers.index(number)
	if !ok || i >= int(b.count) {
		return Message{}, false
	}
	switch {
	case i > 0:
		removed = removeIn(b.chunks, 0, 0, i-1)
	case b.count > 1:
		removed, b.first = b.first, removeIn(b.chunks, 0, 0, 0)
	default:
		removed, b.first = b.first, Message{}
	}
	b.numbers.remove(i)
	b.count--
	return removed, true
}

// Each calls f for the messages that were not handled, the next one first, with their
// numbers, until it gives false; f keeps nothing of a message.
func (in *Inbox) Each(f func(number uint64, m *Message) bool) {
	passed := in.total - in.left
	eachIn(in.chunks, in.chunk, in.read, func(i int, m *Message) bool { return f(in.numbers.at(passed+i), m) })
}

// Remove takes the message of a number out; false when it is not there.
func (in *Inbox) Remove(number uint64) (removed Message, ok bool) {
	passed := in.total - in.left
	i, ok := in.numbers.index(number)
	if !ok || i < passed || i >= in.total {
		return Message{}, false
	}
	removed = removeIn(in.chunks, in.chunk, in.read, i-passed)
	in.numbers.remove(i)
	in.total--
	in.left--
	return removed, true
}

// eachIn calls f for the messages of chunks from a place on, numbered from 0, until it
// gives false.
func eachIn(chunks [][]Message, chunk, read int, f func(i int, m *Message) bool) {
	i := 0
	for ; chunk < len(chunks); chunk, read = chunk+1, 0 {
		for at := read; at < len(chunks[chunk]); at++ {
			if !f(i, &chunks[chunk][at]) {
				return
			}
			i++
		}
	}
}

// removeIn takes the i-th message from a place on out of chunks. A chunk that becomes
// empty stays: who goes through them passes it.
func removeIn(chunks [][]Message, chunk, read, i int) (removed Message) {
	for ; i >= len(chunks[chunk])-read; chunk, read = chunk+1, 0 {
		i -= len(chunks[chunk]) - read
	}
	removed = chunks[chunk][read+i]
	chunks[chunk] = slices.Delete(chunks[chunk], read+i, read+i+1)
	return removed
}
