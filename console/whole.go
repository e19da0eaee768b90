package console

import "slices"

// This file keeps a reply in one piece on a screen while others write.

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
