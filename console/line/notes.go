package line

import (
	"fmt"
	"sync"
)

// This file keeps what other goroutines print until there is a moment for it.

// notesMax bounds what other goroutines may leave for a slow terminal.
const notesMax = 1 << 20

// notes is output from other goroutines that waits to be printed.
type notes struct {
	mu      sync.Mutex
	buf     []byte
	dropped int
	kick    chan struct{} // holds a value when there is something to print
}

func newNotes() *notes { return &notes{kick: make(chan struct{}, 1)} }

// Write implements io.Writer; it never waits and never fails.
func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	if len(n.buf)+len(p) > notesMax {
		n.dropped += len(p)
	} else {
		n.buf = append(n.buf, p...)
	}
	n.mu.Unlock()
	select {
	case n.kick <- struct{}{}:
	default:
	}
	return len(p), nil
}

// take gives what has gathered, as whole lines, and empties the store.
func (n *notes) take() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.buf
	n.buf = nil
	if len(b) > 0 && b[len(b)-1] != '\n' {
		b = append(b, '\n')
	}
	if n.dropped > 0 {
		b = fmt.Appendf(b, "... %d bytes of output dropped: this session reads too slowly\n", n.dropped)
		n.dropped = 0
	}
	return b
}
