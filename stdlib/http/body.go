package http

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"lunarium/runtime/vm"
)

// This file holds how a request's body is read.

// readBody reads a request's body before the service hears of the request, so
// that a slow client holds no task.
func (s *server) readBody(w http.ResponseWriter, r *http.Request, loan *vm.Loan) (body string, status int, text string) {
	if r.Body == nil || r.ContentLength == 0 {
		return "", 0, ""
	}
	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Now().Add(s.limits.readTime))
	into := &counted{server: s, loan: loan}
	if r.ContentLength > 0 {
		into.Grow(int(min(r.ContentLength, 64<<10)))
	}
	_, err := io.Copy(into, http.MaxBytesReader(w, r.Body, int64(s.limits.maxBody)))
	control.SetReadDeadline(time.Time{})
	if err == nil {
		return into.String(), 0, ""
	}
	s.buffered.Add(-int64(into.Len()))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", http.StatusRequestEntityTooLarge, s.tooLarge()
	case errors.Is(err, errCrowded):
		return "", http.StatusServiceUnavailable, errCrowded.Error()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "", http.StatusRequestTimeout, "the request's body did not arrive within " + s.limits.readTime.String()
	}
	return "", http.StatusBadRequest, "the request's body could not be read"
}

// errCrowded: the bodies of all requests together take too much memory.
var errCrowded = errors.New("too many large requests at once")

// counted is a body in memory, counted with those of the server's other requests, and
// with what else the state has coming in.
type counted struct {
	bytes.Buffer
	server *server
	loan   *vm.Loan
}

// Write adds b, or fails when there is no room for it.
func (c *counted) Write(b []byte) (int, error) {
	if c.server.buffered.Add(int64(len(b))) > bodiesAtOnce*int64(c.server.limits.maxBody) {
		c.server.buffered.Add(-int64(len(b)))
		return 0, errCrowded
	}
	if c.loan.Add(len(b)) != nil {
		c.server.buffered.Add(-int64(len(b)))
		return 0, errCrowded
	}
	return c.Buffer.Write(b)
}

// ReadFrom would go round Write.
func (c *counted) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{c}, r)
}
