package lua

import (
	"errors"
	"io"
	"os"
	"time"
)

// This file holds what a command writes, copied to a stream.

// relay copies what a command and its children write to a stream, on a
// goroutine of its own, until the last of them has ended or the state has.
type relay struct {
	r       *os.File
	to      io.Writer
	settled chan struct{} // closed when all that was written before settle is copied
}

// newRelay copies what comes from r. closed is called when r is closed.
func newRelay(r *os.File, to io.Writer, gone <-chan struct{}, closed func()) *relay {
	relay := &relay{r: r, to: to, settled: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		relay.run()
	}()
	go func() {
		select {
		case <-gone:
		case <-ended:
		}
		r.Close()
		closed()
	}()
	return relay
}

// run copies until settle interrupts it, then what is there already, and then
// the rest.
func (r *relay) run() {
	_, err := io.Copy(onlyWriter{r.to}, r.r)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		close(r.settled)
		return
	}
	more := r.drain()
	close(r.settled)
	if more && r.r.SetReadDeadline(time.Time{}) == nil {
		io.Copy(onlyWriter{r.to}, r.r)
	}
}

// onlyWriter hides what else a writer can do, so that copying takes no shortcut.
type onlyWriter struct{ io.Writer }

// settle waits until what has been written so far is copied.
func (r *relay) settle() {
	// A relay that has ended refuses; it has settled then.
	_ = r.r.SetReadDeadline(time.Unix(1, 0))
	<-r.settled
}
