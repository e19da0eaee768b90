package console

import (
	"io"
	"slices"
	"sync"
	"unicode/utf8"

	"lunarium/runtime/visible"
)

// This file holds the screen: where a session and the services of its node write.

// Screen is where a session and the services of its node write, from any
// goroutine, each write whole. It is the one place that everything shown by a
// session passes: nothing in it acts on a terminal but the session's own colours.
type Screen struct {
	mu     sync.Mutex
	out    io.Writer
	copy   io.Writer
	colors bool
	begun  string // the first bytes of a character that was written in parts
	whole  *whole // what others wait for; nil: for nothing
	after  []func()
	behind int // bytes that wait
}

// NewScreen gives a screen over a writer.
func NewScreen(out io.Writer) *Screen { return &Screen{out: out} }

// Write writes to the screen and to the copy, if one is taken.
func (s *Screen) Write(b []byte) (int, error) {
	return s.inTurn(b, func(b []byte) (int, error) { return s.show(b, s.colors) })
}

// show writes what may be shown of some bytes. The lock is held.
func (s *Screen) show(b []byte, colors bool) (int, error) {
	text := b
	if s.begun != "" || !printable(b) {
		text = []byte(s.safe(string(b), colors))
	}
	if s.copy != nil {
		s.copy.Write(text)
	}
	if _, err := s.out.Write(text); err != nil {
		return 0, err
	}
	return len(b), nil
}

// frame shows a text in the place of the one before, with what frames do that. The copy,
// which has no places, gets lines instead.
func (s *Screen) frame(show func(string), text, lines string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.colors {
		text = visible.Painted(text)
	} else {
		text = visible.Text(text)
	}
	show(text)
	if s.copy != nil {
		s.copy.Write([]byte(visible.Text(lines)))
	}
}

// printable tells whether bytes are shown as they are whatever comes before and after.
func printable(b []byte) bool {
	for _, c := range b {
		if (c < ' ' || c > '~') && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

func (s *Screen) safe(text string, colors bool) string {
	text = s.begun + text
	end := len(text)
	for at := max(0, end-utf8.UTFMax); at < end; at++ {
		if utf8.RuneStart(text[at]) && !utf8.FullRuneInString(text[at:]) {
			end = at
		}
	}
	s.begun = text[end:]
	if colors {
		return visible.Painted(text[:end])
	}
	return visible.Text(text[:end])
}

// paint lets the colours of a session through.
func (s *Screen) paint(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.colors = on
}

// Services is the screen's writer for what services print and log: no colours are
// theirs.
func (s *Screen) Services() io.Writer { return servicesScreen{s} }

type servicesScreen struct{ s *Screen }

func (w servicesScreen) Write(b []byte) (int, error) {
	return w.s.inTurn(b, func(b []byte) (int, error) { return w.s.show(b, false) })
}

// Raw is the screen's writer for what a program writes to its own standard output:
// the bytes as they are. The copy gets what a screen would show.
func (s *Screen) Raw() io.Writer { return rawScreen{s} }

type rawScreen struct{ s *Screen }

func (r rawScreen) Write(b []byte) (int, error) {
	return r.s.inTurn(b, func(b []byte) (int, error) {
		if r.s.copy != nil {
			r.s.copy.Write([]byte(visible.Text(string(b))))
		}
		return r.s.out.Write(b)
	})
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
	return b.screen.inTurn(text, func(text []byte) (int, error) {
		if b.screen.copy != nil {
			b.screen.copy.Write(text)
		}
		return b.out.Write(text)
	})
}

// Copy sends what is written from now on to a second writer, too; nil ends that.
func (s *Screen) Copy(to io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.copy = to
}

// mostBehind bounds what others write while an answer is written in parts: in bytes. Then
// who writes waits for its end.
const mostBehind = 1 << 20

// whole is an answer that is written to a screen in parts. What others write meanwhile
// comes after it.
type whole struct {
	screen *Screen
	over   chan struct{} // is closed at its end
}

// beginWhole begins an answer in parts. One that another goroutine has begun comes first.
func (s *Screen) beginWhole() *whole {
	w := &whole{screen: s, over: make(chan struct{})}
	for {
		s.mu.Lock()
		before := s.whole
		if before == nil {
			s.whole = w
		}
		s.mu.Unlock()
		if before == nil {
			return w
		}
		<-before.over
	}
}

// Write writes a part.
func (w *whole) Write(b []byte) (int, error) {
	w.screen.mu.Lock()
	defer w.screen.mu.Unlock()
	return w.screen.show(b, w.screen.colors)
}

// Close ends the answer, and writes what others wrote meanwhile.
func (w *whole) Close() {
	s := w.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, write := range s.after {
		write()
	}
	s.whole, s.after, s.behind = nil, nil, 0
	close(w.over)
}

// inTurn writes what does not belong to an answer in parts: at once when none is being
// written.
func (s *Screen) inTurn(b []byte, write func([]byte) (int, error)) (int, error) {
	for {
		s.mu.Lock()
		w := s.whole
		if w == nil || s.behind+len(b) <= mostBehind {
			break
		}
		s.mu.Unlock()
		<-w.over
	}
	defer s.mu.Unlock()
	if s.whole == nil {
		return write(b)
	}
	b = slices.Clone(b)
	s.after, s.behind = append(s.after, func() { write(b) }), s.behind+len(b)
	return len(b), nil
}
