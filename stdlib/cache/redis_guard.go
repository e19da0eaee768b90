package cache

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// This file holds what looks at a Redis server's replies before anybody else does.

// guarded is a connection to a Redis server whose replies are looked at before
// go-redis sees them: it makes room for whatever length a reply announces, and
// recurses as deep as arrays are nested. A reply that is not in the protocol
// (RESP2) or beyond the limits ends the connection.
type guarded struct {
	net.Conn
	replies frames
	closed  func()
}

// guard gives a connection that refuses strings of more than longest bytes. closed is
// called when it is closed, perhaps more than once.
func guard(conn net.Conn, longest int, closed func()) net.Conn {
	g := &guarded{conn, frames{longest: longest}, closed}
	if raw, ok := conn.(syscall.Conn); ok {
		return struct { // go-redis looks through it whether the server is there
			*guarded
			syscall.Conn
		}{g, raw}
	}
	return g
}

// Read reads from the server.
func (g *guarded) Read(b []byte) (int, error) {
	n, err := g.Conn.Read(b)
	if bad := g.replies.check(b[:n]); bad != nil {
		g.Close()
		return 0, bad
	}
	return n, err
}

// Close closes the connection.
func (g *guarded) Close() error {
	defer g.closed()
	return g.Conn.Close()
}

const (
	longestLine    = 64 << 10
	mostElements   = 1 << 20
	deepestReplies = 4 // arrays in arrays; SCAN's has 2
)

// frames follows a stream of replies through its lengths.
type frames struct {
	longest int
	skip    int   // bytes of a string that are still to come, with its end
	kind    byte  // of the line that has begun; 0: none has
	length  int   // what the line announces
	digits  int   // of length
	minus   bool  // it is negative: no value
	line    int   // bytes of the line so far
	arrays  []int // elements that are still to come, outermost first
	failed  error // what was wrong; nothing more is let through
}

var errProtocol = errors.New("a reply that is not Redis'")

func (f *frames) check(b []byte) error {
	for len(b) > 0 && f.failed == nil {
		if f.skip > 0 {
			n := min(f.skip, len(b))
			b = b[n:]
			if f.skip -= n; f.skip == 0 {
				f.element()
			}
			continue
		}
		f.failed = f.header(b[0])
		b = b[1:]
	}
	return f.failed
}

// header takes one byte of a line.
func (f *frames) header(c byte) error {
	if f.line++; f.line > longestLine {
		return fmt.Errorf("%v: a line of more than %d bytes", errProtocol, longestLine)
	}
	switch {
	case f.kind == 0:
		if c != '+' && c != '-' && c != ':' && c != '$' && c != '*' {
			return errProtocol
		}
		f.kind = c
	case c == '\n':
		return f.end()
	case f.kind != '$' && f.kind != '*' || c == '\r':
	case c == '-' && f.digits == 0:
		f.minus = true
	case '0' <= c && c <= '9' && f.digits < 15:
		f.length = f.length*10 + int(c-'0')
		f.digits++
	default:
		return errProtocol
	}
	return nil
}

// end does what a complete line announces.
func (f *frames) end() error {
	kind, length, none := f.kind, f.length, f.minus
	f.kind, f.length, f.digits, f.minus, f.line = 0, 0, 0, false, 0
	switch {
	case kind == '$' && !none:
		if length > f.longest {
			return fmt.Errorf("a value of %d bytes; the limit (max_value) is %d", length, f.longest)
		}
		f.skip = length + len("\r\n")
		return nil
	case kind == '*' && !none && length > 0:
		if length > mostElements || len(f.arrays) == deepestReplies {
			return fmt.Errorf("%v: %d elements, in %d arrays", errProtocol, length, len(f.arrays))
		}
		f.arrays = append(f.arrays, length)
		return nil
	}
	f.element()
	return nil
}

// element ends an element, and the arrays whose last one it is.
func (f *frames) element() {
	for i := len(f.arrays) - 1; i >= 0; i-- {
		if f.arrays[i]--; f.arrays[i] > 0 {
			return
		}
		f.arrays = f.arrays[:i]
	}
}
