package console

import (
	"io"
	"sync"
)

// Screen is where a session and the services of its node write, from any
// goroutine, each write whole.
type Screen struct {
	mu   sync.Mutex
	out  io.Writer
	copy io.Writer
}

// NewScreen gives a screen over a writer.
func NewScreen(out io.Writer) *Screen { return &Screen{out: out} }

// Write writes to the screen and to the copy, if one is taken.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.copy != nil {
		s.copy.Write(b)
	}
	return s.out.Write(b)
}

// Copy sends what is written from now on to a second writer, too; nil ends that.
func (s *Screen) Copy(to io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copy = to
}
