package message

import (
	"sync"
	"time"
)

// This file is where messages wait for their service.

// Mailbox is a service's queue of messages: any goroutine puts, the service's
// worker takes all there is at once. It has no bound. The first message, often the
// only one, lies in the mailbox itself, the others in chunks, so that a long queue
// is never copied.
type Mailbox struct {
	mu     sync.Mutex
	closed bool
	count  int32
	chunks [][]Message
	first  Message
	spare  []Message     // an emptied chunk
	report int32         // length at which the growth is reported next
	told   time.Duration // when it was reported last, as Clock.Elapsed
	numbers
}

const (
	firstChunk  = 2
	keepChunk   = 32 // the largest that an idle service keeps
	largeChunk  = 512
	firstReport = 1024
	// reportEvery is how long a report holds: bursts that come and go within it are
	// reported again only when they are larger.
	reportEvery = time.Minute
)

// Put appends a message; false when the service has ended. length is not 0 when
// the mailbox has doubled in size and that is to be reported; now is
// Clock.Elapsed.
func (b *Mailbox) Put(m *Message, now func() time.Duration) (length int, ok bool) {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return 0, false
	}
	if b.count == 0 {
		b.first = *m
	} else {
		b.putBehind(m)
	}
	b.count++
	if b.count%firstReport == 0 && b.overloaded(now()) {
		length = int(b.count)
	}
	b.mu.Unlock()
	return length, true
}

// putBehind appends a message to the chunks.
func (b *Mailbox) putBehind(m *Message) {
	last := len(b.chunks) - 1
	if last < 0 || len(b.chunks[last]) == cap(b.chunks[last]) {
		b.grow()
		last++
	}
	b.chunks[last] = append(b.chunks[last], *m)
}

// overloaded tells whether the mailbox's length is news.
func (b *Mailbox) overloaded(now time.Duration) bool {
	if b.count < b.report && now-b.told < reportEvery {
		return false
	}
	b.report, b.told = 2*b.count, now
	return true
}

// grow adds a chunk.
func (b *Mailbox) grow() {
	if b.spare != nil {
		b.chunks = append(b.chunks, b.spare)
		b.spare = nil
		return
	}
	size := firstChunk
	if last := len(b.chunks) - 1; last >= 0 {
		size = min(4*cap(b.chunks[last]), largeChunk)
	}
	b.chunks = append(b.chunks, make([]Message, 0, size))
}

// Inbox is what a worker took from its service's mailbox, but for the first
// message, which it handles at once.
type Inbox struct {
	left   int // messages that were not handled
	chunks [][]Message
	chunk  int // of the next message
	read   int // messages of that chunk that were handled
	total  int // messages that it had
	numbers
}

// Next gives the next message, nil when there is none. It lies in the inbox
// until the call after.
func (in *Inbox) Next() *Message {
	for in.left > 0 {
		if in.read < len(in.chunks[in.chunk]) {
			in.read++
			in.left--
			return &in.chunks[in.chunk][in.read-1]
		}
		if in.chunk > 0 || len(in.chunks) > 1 {
			in.chunks[in.chunk] = nil // the last chunk stays as the spare one
		}
		in.chunk++
		in.read = 0
	}
	return nil
}

// Oldest tells when the next message was sent; false when there is none.
func (in *Inbox) Oldest() (sent time.Duration, ok bool) {
	if in.left == 0 {
		return 0, false
	}
	chunk, read := in.chunk, in.read
	for read == len(in.chunks[chunk]) {
		chunk, read = chunk+1, 0
	}
	return in.chunks[chunk][read].Sent, true
}

// Left gives the number of messages that were not handled.
func (in *Inbox) Left() int { return in.left }

// Take moves the first message to where it says and everything else that is queued
// into an inbox that was read to its end; false when there is nothing.
func (b *Mailbox) Take(first *Message, in *Inbox) bool {
	var emptied []Message
	list := in.chunks
	if n := len(list); n > 0 {
		emptied = list[n-1][:0]
		spoilMessages(emptied[:cap(emptied)])
		list[n-1] = nil
	}
	if cap(list) > largeChunk {
		list = nil
	}
	b.mu.Lock()
	taken := b.count > 0
	if taken {
		*first = b.first
		b.first = Message{}
	}
	left := max(0, int(b.count)-1)
	in.left, in.chunks, in.chunk, in.read, in.total = left, b.chunks, 0, 0, left
	if left > 0 {
		in.numbers = b.numbers
		in.pass(1)
	}
	b.pass(int(b.count))
	b.chunks, b.count = list[:0], 0
	if b.spare == nil && cap(emptied) <= keepChunk {
		b.spare = emptied
	}
	b.mu.Unlock()
	return taken
}

// Close refuses further messages and gives those that were never taken.
func (b *Mailbox) Close() (left []Message) {
	var first Message
	var in Inbox
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	if b.Take(&first, &in) {
		left = append(left, first)
	}
	for m := in.Next(); m != nil; m = in.Next() {
		left = append(left, *m)
	}
	return left
}

// Length gives the number of messages not taken yet.
func (b *Mailbox) Length() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int(b.count)
}

// Oldest tells when the first of the messages not taken yet was sent; false when there
// are none.
func (b *Mailbox) Oldest() (sent time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.first.Sent, b.count > 0
}
