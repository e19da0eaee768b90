package replay

import (
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

// holds tells whether output belongs to time whose length is not known yet.
func (p *pace) holds() bool {
	return p != nil && (p.state == idle || p.state == working && p.waited.Load())
}
