package http

import (
	"net/http"
	"time"
)

// This file holds how an answer's pieces reach a client, within limits of time.

// writer gives a client a time limit for each piece of an answer instead of one
// for all of it, so that large answers and streams may take long and a client
// that takes nothing is dropped.
type writer struct {
	http.ResponseWriter
	control *http.ResponseController
	limit   time.Duration
}

func newWriter(w http.ResponseWriter, limit time.Duration) *writer {
	out := &writer{w, http.NewResponseController(w), limit}
	out.extend()
	return out
}

func (w *writer) extend() { w.control.SetWriteDeadline(time.Now().Add(w.limit)) }

// pieceSize is how much must get through within the time limit.
const pieceSize = 64 << 10

// Write sends b piece by piece.
func (w *writer) Write(b []byte) (n int, err error) {
	for len(b) > 0 {
		w.extend()
		wrote, err := w.ResponseWriter.Write(b[:min(len(b), pieceSize)])
		n += wrote
		if err != nil {
			return n, err
		}
		b = b[wrote:]
	}
	return n, nil
}

// WriteString is Write for a string, of which only a piece at a time is copied.
func (w *writer) WriteString(text string) (n int, err error) {
	for len(text) > 0 {
		wrote, err := w.Write([]byte(text[:min(len(text), pieceSize)]))
		n += wrote
		if err != nil {
			return n, err
		}
		text = text[wrote:]
	}
	return n, nil
}

// Flush sends what is buffered.
func (w *writer) Flush() error {
	w.extend()
	return w.control.Flush()
}

// fail answers for the server itself.
func (w *writer) fail(status int, text string) {
	w.extend()
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	http.Error(w, text, status)
}
