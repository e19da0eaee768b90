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

// Beside gives a writer to another place, of which the screen's copy gets
// everything, too: log lines may go elsewhere, but belong to what happens.
func (s *Screen) Beside(out io.Writer) io.Writer { return beside{s, out} }

type beside struct {
	screen *Screen
	out    io.Writer
}

// Write writes to the other place and to the screen's copy.
func (b beside) Write(text []byte) (int, error) {
	b.screen.mu.Lock()
	defer b.screen.mu.Unlock()
	if b.screen.copy != nil {
		b.screen.copy.Write(text)
	}
	return b.out.Write(text)
}

// Copy sends what is written from now on to a second writer, too; nil ends that.
func (s *Screen) Copy(to io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copy = to
}
