package replay

import (
	"slices"
	"sync"
)

// This file keeps readings until a recording takes them.

const (
	mostReadings     = 10_000  // lines of a recording
	mostReadingBytes = 4 << 20 // of all of them
)

// Readings keeps what services read until it is written. The zero value is empty; methods may be
// called from any goroutine.
type Readings struct {
	mu          sync.Mutex
	kept        []*Reading
	last        map[reader]*Reading // of those kept
	asked       []asked             // what waits for an answer, in order
	lines, size int                 // of all so far
	lost        int                 // readings for which there was no room
}

// reader is who reads what.
type reader struct{ service, function, argument string }

func (r *Reading) reader() reader { return reader{r.Service, r.Function, r.Argument} }

// Note keeps a reading.
func (k *Readings) Note(r Reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r.Times = 1
	if last := k.last[r.reader()]; last != nil && last.Text == r.Text && last.None == r.None {
		last.Times++
		return
	}
	if !k.room(len(r.Text)) {
		return
	}
	if k.last == nil {
		k.last = map[reader]*Reading{}
	}
	k.kept, k.last[r.reader()] = append(k.kept, &r), &r
}

// room tells whether there is room for another line, and takes it.
func (k *Readings) room(size int) bool {
	if k.lines++; k.lines > mostReadings || k.size+size > mostReadingBytes {
		k.lost++
		return false
	}
	k.size += size
	return true
}

// asked is a question that waits for its answer.
type asked struct {
	question any
	Reading
}

// Ask notes that a question was asked.
func (k *Readings) Ask(question any, r Reading) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.room(len(r.Argument)) {
		r.Times, r.Answer = 1, true
		k.asked = append(k.asked, asked{question, r})
	}
}

// Answer keeps the answer to a question, unless it was asked before anything was kept, or there is no room.
func (k *Readings) Answer(question any, text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := slices.IndexFunc(k.asked, func(a asked) bool { return a.question == question })
	if at < 0 {
		return
	}
	r := k.asked[at].Reading
	for _, a := range k.asked[:at] {
		if a.reader() == r.reader() {
			r.Before++
		}
	}
	k.asked = slices.Delete(k.asked, at, at+1)
	if r.Text = text; k.again(&r) {
		return
	}
	if k.size+len(text) > mostReadingBytes {
		r.Text = large
		k.lost++
	}
	k.size += len(r.Text)
	k.kept = append(k.kept, &r)
}

// again tells whether an answer is the same as what is kept last, and keeps that once.
func (k *Readings) again(r *Reading) bool {
	n := len(k.kept)
	if n == 0 || r.Before > 0 {
		return false
	}
	last := k.kept[n-1]
	if last.reader() != r.reader() || last.Text != r.Text || !last.Answer || last.Before > 0 {
		return false
	}
	last.Times++
	k.lines--
	return true
}

// take gives what is kept, and forgets it; at the end also what was never answered.
func (k *Readings) take(end bool) []*Reading {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := k.kept
	if k.kept, k.last = nil, nil; !end {
		return kept
	}
	for _, a := range k.asked {
		a.Text = missing
		kept = append(kept, &a.Reading)
	}
	k.asked = nil
	return kept
}

// missing gives how many readings had no room.
func (k *Readings) missing() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lost
}
