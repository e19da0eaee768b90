package telnet

import (
	"io"
	"regexp"

	"lunarium/console/line"
)

// Reader gives the input lines of the session: a line editor for a telnet
// client in character mode, plain lines for the others. It is called once.
func (c *Conn) Reader(complete line.Completer) (line.Reader, error) {
	kind := c.Kind()
	if kind == Editor {
		t, err := line.NewTerminal(line.Options{In: c, Out: c, Columns: c.Columns, Complete: complete})
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		c.resized = t.Resized
		c.mu.Unlock()
		return t, nil
	}
	p := line.NewPlain(line.PlainOptions{
		In: c, Out: c, Columns: c.Columns, Interrupts: c.intr,
		Prompt: kind == LineMode, CRLF: kind == LineMode,
	})
	return &noHTTP{Reader: p, c: c}, nil
}

// noHTTP refuses a session whose first line is an HTTP request.
type noHTTP struct {
	line.Reader
	c       *Conn
	checked bool
}

var httpRequest = regexp.MustCompile(`^[A-Z]+ \S+ HTTP/[0-9.]+$`)

const httpRefusal = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n" +
	"This is a console for telnet and nc, not a web server.\n"

// ReadLine implements line.Reader.
func (r *noHTTP) ReadLine(prompt string) (string, error) {
	s, err := r.Reader.ReadLine(prompt)
	first := !r.checked
	r.checked = true
	if err == nil && first && httpRequest.MatchString(s) {
		r.c.log.Warn("console refused an HTTP request", "remote", r.c.RemoteAddr())
		_, _ = io.WriteString(r.c, httpRefusal)
		_ = r.Close()
		return "", io.EOF
	}
	return s, err
}
