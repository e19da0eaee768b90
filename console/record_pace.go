package console

import (
	"fmt"
	"sync/atomic"
	"time"

	"lunarium/runtime/service"
)

// pacedNote heads a transcript of a node with the real clock.
const pacedNote = `# Recorded with the real clock. The replay's clock is moved by as much as passed between
# the inputs; where times differ in what is printed, "lunarium replay -update" takes them over.`

// pace follows the real clock while a session is recorded, so that the
// transcript can move the virtual clock by as much and services get the same
// time for the same things. The recorder's lock guards it.
type pace struct {
	clock     *service.Clock
	at        time.Duration // up to when the transcript has come
	idle      bool          // no input is being answered
	meanwhile []byte        // output that came while idle
	fired     atomic.Int64
	stop      func()
}

// leastPause is the shortest time that a transcript tells of when nothing
// happened in it: skynet's tick.
const leastPause = service.Tick

func newPace(clock *service.Clock) *pace {
	p := &pace{clock: clock, at: clock.Elapsed().Round(time.Microsecond)}
	p.stop = clock.Watch(func(e service.TimerEvent) {
		if e.What == "fired" {
			p.fired.Add(1)
		}
	})
	return p
}

// catchUp writes that time passed since the input before, and what services
// wrote meanwhile.
func (r *recorder) catchUp() {
	p := r.pace
	if p == nil {
		return
	}
	p.idle = false
	now := p.clock.Elapsed().Round(time.Microsecond)
	passed := now - p.at
	if passed < leastPause && len(p.meanwhile) == 0 {
		return
	}
	p.at = now
	fmt.Fprintf(r.file, "> clock advance %s\n", passed)
	r.take(p.meanwhile)
	p.meanwhile = nil
	_, text := moved(passed, int(p.fired.Swap(0)))
	r.take([]byte(text + "\n"))
	r.endOutput()
}
