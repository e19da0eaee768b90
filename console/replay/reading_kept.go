package replay

import "sync"

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
	if k.lines++; k.lines > mostReadings || k.size+len(r.Text) > mostReadingBytes {
		k.lost++
		return
	}
	k.size += len(r.Text)
	if k.last == nil {
		k.last = map[reader]*Reading{}
	}
	k.kept, k.last[r.reader()] = append(k.kept, &r), &r
}

// take gives what is kept, and forgets it.
func (k *Readings) take() []*Reading {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := k.kept
	k.kept, k.last = nil, nil
	return kept
}

// missing gives how many readings had no room.
func (k *Readings) missing() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lost
}
