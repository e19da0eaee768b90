package service

import (
	"sync/atomic"
)

// This file holds the flight recorder of a node: how many messages each service keeps, and
// the memory that it takes.

// recorder says what the services of a node record.
type recorder struct {
	most      atomic.Int32 // messages that each service keeps; 0: none
	bytes     atomic.Int64 // that all rings take
	followers followers
}

const (
	// MostRecorded is how many messages each service may be told to keep.
	MostRecorded = 100_000
	// tracedMessages is how many a traced service keeps at least.
	tracedMessages = 1000
	// followedMessages is how many a service keeps at least while somebody follows.
	followedMessages = 16
	// firstRecords is how many records the ring of a service has at first, and fewRecords
	// how many it gets however much the others take.
	firstRecords = 2
	fewRecords   = 4
	// mostRecorderBytes is what the rings of all services together grow to.
	mostRecorderBytes = 64 << 20
)

// Recorder is what the flight recorder does.
type Recorder struct {
	Messages int   // that each service keeps; 0: none
	Bytes    int64 // that it takes in all
	Services int   // that have recorded something
	Limit    int64 // the bytes from which on it keeps less of services that are new to it
}

// Recorder tells what the flight recorder does.
func (n *Node) Recorder() Recorder {
	r := Recorder{Messages: int(n.recorder.most.Load()), Bytes: n.recorder.bytes.Load(), Limit: mostRecorderBytes}
	for _, s := range n.Services() {
		if s.ring.Load() != nil {
			r.Services++
		}
	}
	return r
}

// SetRecorder says how many messages each service keeps; 0: none. The number has a bound. A
// service gives back what it keeps too much with its next message.
func (n *Node) SetRecorder(messages int) {
	n.recorder.most.Store(int32(min(max(messages, 0), MostRecorded)))
}

// recordLimit is how many records the service's ring may have; 0: it records nothing. One
// of them is always about to be written.
func (s *core) recordLimit() int {
	most := int(s.node.recorder.most.Load())
	if s.tracing.Load() != nil {
		most = max(most, tracedMessages)
	}
	if most < followedMessages && s.node.recorder.followers.any() {
		most = followedMessages
	}
	if most == 0 {
		return 0
	}
	return most + 1
}

// dropRing forgets what was recorded.
func (s *core) dropRing() {
	if r := s.ring.Swap(nil); r != nil {
		s.node.recorder.bytes.Add(-r.bytes())
		s.written = ringWriter{}
	}
}

func (r *messageRing) bytes() int64 { return int64(len(r.records)) * bytesOfRecord }

// renewRing makes a ring for the record of a number, in place of one that is nearly full,
// or has more room than it may have. When all rings together are at their
// bound, the one that is there stays.
func (s *core) renewRing(limit int, number uint64) {
	r := s.ring.Load()
	size, had := min(firstRecords, limit), int64(0)
	if r != nil {
		size, had = min(2*len(r.records), limit), r.bytes()
	}
	growth := int64(size)*bytesOfRecord - had
	total := &s.node.recorder.bytes
	if now := total.Add(growth); growth > 0 && now > mostRecorderBytes && size > fewRecords {
		total.Add(-growth)
		return
	}
	to, kept := newMessageRing(size, number), 0
	if r != nil {
		to, kept = r.resized(size, number-1)
	}
	s.ring.Store(to)
	s.written = ringWriter{records: to.records, next: kept}
}
