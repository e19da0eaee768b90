package replay

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// This file finds out between which lines of a recording the node was waited for.

// pacedNote heads a transcript of a node with the real clock.
const pacedNote = `# Recorded with the real clock: "+ 1.5s" is time that passed. Where times differ in what is
# printed, "lunarium replay -update" takes them over.`

// pace follows the real clock while a session is recorded, so that the transcript
// tells what time passed, and services get the same time for the same things. The
// recorder's lock guards it, but for waited.
type pace struct {
	clock     *Clock
	at        time.Duration // up to when the transcript has come
	state     paceState
	meanwhile []byte      // output that is held until it is known what time passed
	waited    atomic.Bool // a timer fired while the command did nothing but wait
}

// Clock is the real clock that a recording follows.
type Clock struct {
	Start   time.Time
	Elapsed func() time.Duration // since then
	// Tick is what timers are rounded to, and the shortest pause that a transcript tells of
	// when nothing happened in it.
	Tick time.Duration
}

// paceState is what the session does.
type paceState uint8

const (
	working paceState = iota // on an input
	idle                     // between two
	moving                   // on an input that moves the replay's clock itself
)

// newPace follows a clock from now on. The transcript's time begins at a tick, so that
// timers are rounded alike.
func newPace(clock *Clock) *pace {
	return &pace{clock: clock, at: clock.Elapsed().Truncate(clock.Tick)}
}

// Waited tells that a timer fired while the command that runs did nothing but wait.
func (r *Recorder) Waited() {
	if r.pace != nil {
		r.pace.waited.Store(true)
	}
}

// holds tells whether output belongs to time whose length is not known yet.
func (p *pace) holds() bool {
	return p != nil && (p.state == idle || p.state == working && p.waited.Load())
}

// catchUp writes that time passed since the input before, or since its command began
// to wait, and what was written meanwhile.
func (r *Recorder) catchUp() {
	p := r.pace
	if p == nil {
		return
	}
	p.state = working
	p.waited.Store(false)
	now := p.clock.Elapsed().Round(time.Microsecond)
	passed := now - p.at
	if passed < p.clock.Tick && len(p.meanwhile) == 0 {
		return
	}
	p.at = now
	fmt.Fprintf(r.file, "+ %s\n", passed)
	r.take(p.meanwhile)
	p.meanwhile = nil
	r.endOutput()
}

// Retract takes back the input that runs: it is written again when it is known for
// how long it moves the replay's clock by itself.
func (r *Recorder) Retract() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pace != nil && r.file.Truncate(r.begin) == nil {
		r.file.Seek(r.begin, io.SeekStart)
		r.pace.state = idle
	}
}

// Restate writes an input that was retracted as one that moves the clock by as much
// time as it took.
func (r *Recorder) Restate(line string, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.pace
	if p == nil {
		return
	}
	r.write(line)
	r.take(p.meanwhile)
	p.meanwhile = nil
	p.at += took
	p.state = moving
}
