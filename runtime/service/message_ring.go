package service

import (
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
)

// This file holds the ring of a service's latest messages: what the flight recorder writes
// and people read.

// messageRing has the records of the latest messages of a service, each with a room of its
// own for what the message and its answer carried. Its service's worker alone writes it,
// without a lock; any goroutine reads it, also while the worker is inside a Go function
// that does not return. What makes that safe:
//
//   - The worker writes a record in three pieces: how it begins, the answer, and the end.
//     Before each it looks whether somebody reads, and waits for him then.
//   - A beginning can be read once the service's count of recorded messages has reached its
//     number, the other pieces once the record's stage says so. Both are atomic, and set
//     after the piece was written: the answer's mostly together with the end's.
//   - So a reader, once he has said that he reads, can meet one piece that is being
//     written, whose stage or count does not tell of it yet. Such a beginning goes over
//     the oldest record, which he leaves out.
type messageRing struct {
	records []messageRecord
	base    uint64 // the number of the first record that the ring had
}

func newMessageRing(size int, base uint64) *messageRing {
	return &messageRing{records: make([]messageRecord, size), base: base}
}

// ringReaders is who reads a service's ring, and what he needs for it.
type ringReaders struct {
	recorded atomic.Uint64 // messages that were recorded
	reading  atomic.Bool
	ring     atomic.Pointer[messageRing] // nil: nothing was recorded
	reader   sync.Mutex                  // held while reading is true
}

// ringWriter is what the worker has at hand of its service's ring. It stands in the service
// itself: what takes time is to fetch the ring from memory.
type ringWriter struct {
	records []messageRecord // the ring's
	next    int             // where the next record goes
	untold  *messageRecord  // has an answer that its stage does not tell of yet; or nil
}

// recordRoom is how many bytes of a message's and its answer's values are kept, and
// argsRoom how many of these the message's may take.
const (
	recordRoom = 202
	argsRoom   = 138
)

// bytesOfRecord is what a record takes: four lines of the processor's cache. Short values
// stand in the same line as their record.
const bytesOfRecord = 256

// messageRecord is one message: its beginning, its answer, its end.
type messageRecord struct {
	number uint64
	stage  atomic.Uint64 // the number, and two bits: answered and ended
	taken  time.Duration // as Clock.Elapsed
	took   time.Duration // the end's

	waited  micros
	later   micros // the answer's: when it was given, if after the end
	source  message.Address
	session int32

	// The bytes of room that the message, its answer and the error of its end take, one
	// behind the other.
	args, replied, erred uint8

	typ    message.Type
	kind   recordKind
	answer answerKind
	room   [recordRoom]byte
}

// micros is a time in microseconds, up to an hour.
type micros uint32

func microsOf(d time.Duration) micros {
	return micros(min(max(d, 0), time.Hour) / time.Microsecond)
}

func (m micros) duration() time.Duration { return time.Duration(m) * time.Microsecond }

// answerKind tells what a record's room has of the answer.
type answerKind uint8

const (
	answerValues answerKind = iota // an excerpt
	answerPacked                   // bytes
	answerFailed                   // the text of an error
)

// recordKind tells what a record's room has of the message.
type recordKind uint8

const (
	kindPacked recordKind = 1 << iota // bytes, not an excerpt
	kindCut                           // not all of it
	kindPosted                        // what a library let in: its name
)

const (
	stageAnswered = 1 << iota
	stageEnded
	stageBits = 2
)

// begin gives the record for the next message; the oldest makes way.
func (w *ringWriter) begin(number uint64) *messageRecord {
	if w.next == len(w.records) {
		w.next = 0
	}
	rec := &w.records[w.next]
	w.next++
	rec.number = number
	rec.kind = 0
	return rec
}

// find gives the record of a number, which of latest is the last; nil when it has made way.
func (w *ringWriter) find(number, latest uint64) *messageRecord {
	i := w.next - 1 - int(latest-number)
	if i < 0 {
		i += len(w.records)
	}
	if i < 0 || i >= len(w.records) || w.records[i].number != number {
		return nil
	}
	return &w.records[i]
}

// reach adds to a record's stage what was written.
func (rec *messageRecord) reach(stage uint64) {
	before := rec.stage.Load()
	if before>>stageBits != rec.number {
		before = rec.number << stageBits
	}
	rec.stage.Store(before | stage)
}

// reached tells whether the record has a stage.
func (rec *messageRecord) reached(stage uint64) bool {
	s := rec.stage.Load()
	return s>>stageBits == rec.number && s&stage != 0
}

// resized gives a ring with room for another number of records, which has the latest of
// this one, and how many these are. latest is the number of the last record. The worker's.
func (r *messageRing) resized(size int, latest uint64) (to *messageRing, kept int) {
	first := max(r.base, latest+1-min(latest, uint64(min(size-1, len(r.records)))))
	to = newMessageRing(size, first)
	for number := first; number <= latest; number++ {
		to.records[kept].take(r.at(number))
		kept++
	}
	return to, kept
}

// at gives the place of a number that is not below the base.
func (r *messageRing) at(number uint64) *messageRecord {
	return &r.records[(number-r.base)%uint64(len(r.records))]
}

// take copies a record.
func (rec *messageRecord) take(from *messageRecord) {
	rec.number, rec.taken, rec.waited, rec.source, rec.session = from.number, from.taken, from.waited, from.source, from.session
	rec.typ, rec.kind, rec.args = from.typ, from.kind, from.args
	end := int(from.args)
	if from.reached(stageAnswered) {
		rec.later, rec.answer, rec.replied = from.later, from.answer, from.replied
		end += int(from.replied)
		rec.reach(stageAnswered)
	}
	if from.reached(stageEnded) {
		rec.took, rec.erred = from.took, from.erred
		end += int(from.erred)
		rec.reach(stageEnded)
	}
	copy(rec.room[:end], from.room[:end])
}

// latest gives copies of up to most of the latest records, the oldest first.
func (s *ringReaders) latest(most int) []*messageRecord {
	s.reader.Lock()
	defer s.reader.Unlock()
	s.reading.Store(true)
	defer s.reading.Store(false)
	r := s.ring.Load()
	if r == nil {
		return nil
	}
	last := s.recorded.Load()
	first := max(r.base, last+1-min(last, uint64(min(most, len(r.records)-1))))
	var list []*messageRecord
	for number := first; number <= last; number++ {
		if from := r.at(number); from.number == number {
			rec := new(messageRecord)
			rec.take(from)
			list = append(list, rec)
		}
	}
	return list
}
