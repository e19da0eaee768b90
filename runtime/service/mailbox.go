package service

import "sync"

// mailbox is a service's queue of messages: any goroutine puts, the service's
// worker takes all there is at once. It has no bound.
type mailbox struct {
	mu     sync.Mutex
	queue  []Message
	closed bool
	alarm  int // length at which an overload is reported next
}

const (
	firstAlarm = 1024
	// keepQueue is the largest buffer that an empty mailbox keeps.
	keepQueue = 1024
)

// put appends a message; false when the service has ended.
func (b *mailbox) put(m *Message) bool {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return false
	}
	b.queue = append(b.queue, *m)
	b.mu.Unlock()
	return true
}

// take gives everything queued and leaves the emptied buffer in its place.
func (b *mailbox) take(emptied []Message) []Message {
	if cap(emptied) > keepQueue {
		emptied = nil
	}
	b.mu.Lock()
	full := b.queue
	b.queue = emptied[:0]
	b.mu.Unlock()
	return full
}

// overload tells whether length is news: past the alarm, which then doubles.
func (b *mailbox) overload(length int) bool {
	if b.alarm == 0 {
		b.alarm = firstAlarm
	}
	if length < b.alarm {
		if length < firstAlarm/2 {
			b.alarm = firstAlarm
		}
		return false
	}
	for length >= b.alarm {
		b.alarm *= 2
	}
	return true
}

// close refuses further messages and gives those that were never taken.
func (b *mailbox) close() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	left := b.queue
	b.queue = nil
	return left
}

// length gives the number of messages not taken yet.
func (b *mailbox) length() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue)
}
