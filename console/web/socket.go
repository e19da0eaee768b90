package web

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// This file speaks WebSocket (RFC 6455) as far as a page needs it: the page is sent text,
// and says nothing but goodbye. Browsers open six connections to a server at most for all of
// their tabs; WebSockets are not among them.

// socket is a WebSocket to a browser.
type socket struct {
	conn net.Conn
	out  *bufio.Writer
}

const (
	writeWithin = 30 * time.Second
	lastWords   = time.Second // for a command that runs when the node stops, and for goodbye
	// socketSuffix is what the server appends to the browser's key (RFC 6455, 1.3).
	socketSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	finalText    = 0x81
	finalClose   = 0x88
	// Lengths above shortest stand in 16 bits, or in 64.
	shortest = 125
	in16     = 126
	in64     = 127
)

// errNoSocket: the request can't become a WebSocket.
var errNoSocket = errors.New("this is no request of this page for a WebSocket")

// wantsSocket tells whether a request asks for a WebSocket.
func wantsSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// openSocket makes a request's connection a WebSocket; end is called when the browser leaves.
func openSocket(w http.ResponseWriter, r *http.Request, end context.CancelFunc) (*socket, error) {
	key := r.Header.Get("Sec-WebSocket-Key")
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || key == "" || r.Header.Get("Sec-WebSocket-Version") != "13" || origin.Host != r.Host {
		return nil, errNoSocket
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	sum := sha1.Sum([]byte(key + socketSuffix))
	s := &socket{conn: conn, out: buffered.Writer}
	fmt.Fprintf(s.out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	go func() { // whatever comes is goodbye
		buffered.Reader.ReadByte()
		end()
	}()
	return s, s.flush()
}

// write sends a message; flush is needed.
func (s *socket) write(text []byte) error {
	head := []byte{finalText}
	switch n := len(text); {
	case n <= shortest:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, in16), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, in64), uint64(n))
	}
	s.conn.SetWriteDeadline(time.Now().Add(writeWithin))
	s.out.Write(head)
	_, err := s.out.Write(text)
	return err
}

func (s *socket) flush() error {
	s.conn.SetWriteDeadline(time.Now().Add(writeWithin))
	return s.out.Flush()
}

// close says goodbye.
func (s *socket) close() {
	s.conn.SetWriteDeadline(time.Now().Add(lastWords))
	s.out.Write([]byte{finalClose, 0})
	s.out.Flush()
	s.conn.Close()
}
