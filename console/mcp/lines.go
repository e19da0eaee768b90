package mcp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
)

// This file reads messages line by line, and answers a line that is none, as JSON-RPC says, where
// the connection would end.

// longestLine is how many bytes a message may have.
const longestLine = 16 << 20

// messages are lines of a reader of which each is a message. What else comes is answered, and left
// out. Reads are one goroutine's.
type messages struct {
	from   *bufio.Reader
	closer io.Closer
	out    io.Writer
	rest   []byte // of the line that is being read
}

func newMessages(in io.ReadCloser, out io.Writer) *messages {
	return &messages{from: bufio.NewReader(in), closer: in, out: out}
}

// Read gives some of a message's line.
func (m *messages) Read(b []byte) (int, error) {
	for len(m.rest) == 0 {
		line, whole, err := m.line()
		code, why := refusal(line)
		switch {
		case !whole:
			m.refuse(codeInvalid, "a message has more than 16 MB")
		case why != "":
			m.refuse(code, why)
		default:
			m.rest = bytes.TrimSpace(line)
		}
		if len(m.rest) > 0 {
			m.rest = append(m.rest, '\n')
		} else if err != nil { // one that comes after a message comes again
			return 0, err
		}
	}
	n := copy(b, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// line gives the next line; whole is false when it is too long, and was passed over.
func (m *messages) line() (line []byte, whole bool, err error) {
	whole = true
	for {
		piece, err := m.from.ReadSlice('\n')
		if whole = whole && len(line)+len(piece) <= longestLine; whole {
			line = append(line, piece...)
		} else {
			line = nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, whole, err
		}
	}
}

// refusal says why a line is no message; "": it is one, or empty.
func refusal(line []byte) (code int, why string) {
	line = bytes.TrimSpace(line)
	switch {
	case len(line) == 0:
		return 0, ""
	case !json.Valid(line):
		return codeParse, "this is no JSON; each message is one line of it"
	case line[0] == '[': // there are none since 2025-06-18, and who sends one is cut off
		return codeInvalid, "lists of messages are not taken"
	}
	if _, err := jsonrpc.DecodeMessage(line); err != nil {
		return codeInvalid, "this is no message of JSON-RPC 2.0"
	}
	return 0, ""
}

// The codes of JSON-RPC 2.0, section 5.1, for what is no request.
const (
	codeParse   = -32700
	codeInvalid = -32600
)

// refuse answers what is no message: nobody knows which request it was to be.
func (m *messages) refuse(code int, why string) {
	reply, _ := json.Marshal(map[string]any{
		"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": why},
	})
	m.out.Write(append(reply, '\n')) // who does not take it, is told at the next message
}

// Close closes what is read.
func (m *messages) Close() error { return m.closer.Close() }

// shared is a writer of messages, one at a time, that is not closed with the connection.
type shared struct {
	mu  sync.Mutex
	out io.Writer
}

// Write writes a message.
func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(b)
}

// Close leaves it open.
func (s *shared) Close() error { return nil }
