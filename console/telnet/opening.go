package telnet

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"lunarium/console/line"
)

// This file judges by the first line what a client speaks, and watches for requests after
// it.

// protocol is what a client speaks.
type protocol int

const (
	unknown protocol = iota
	lines            // of text, with or without telnet commands
	request          // HTTP
	foreign          // something else, which must not become lines
)

var (
	errForeign  = errors.New("this console takes lines of text, telnet and HTTP requests; what came is something else")
	errLate     = errors.New("an HTTP request has to come by itself and at once; this console session is over")
	errLongLine = errors.New("the line is longer than 1 MB; this console session is over")
)

// judge tells what a client speaks by the bytes that it has begun with; ended: there
// will be no more.
func judge(begun []byte, ended bool) protocol {
	switch {
	case len(begun) == 0 && !ended:
		return unknown
	case len(begun) == 0 || begun[0] == iac:
		return lines
	case binary(begun[0]):
		return foreign
	}
	end := bytes.IndexAny(begun, "\r\n")
	switch {
	case end < 0 && len(begun) > line.MaxLine:
		return foreign
	case end < 0 && !ended:
		return unknown
	case end < 0:
		end = len(begun)
	}
	if isRequestLine(begun[:end]) {
		return request
	}
	return lines
}

// binary tells whether no line of text begins with a byte, but TLS (0x16), STUN (0),
// SOCKS (4, 5) and the like do. Keys of a terminal are no such bytes.
func binary(b byte) bool {
	return b < ' ' && strings.IndexByte("\x03\x04\b\t\n\r\x15\x1b", b) < 0
}

// foreignError says why what a client has begun with is refused.
func foreignError(begun []byte) error {
	if binary(begun[0]) {
		return errForeign
	}
	return errLongLine
}

var (
	isToken   = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$").Match
	isUpper   = regexp.MustCompile(`^[A-Z]+$`).Match
	isTarget  = regexp.MustCompile(`^(/|(?i)https?://)`).Match
	isVersion = regexp.MustCompile(`^(?i)HTTP/[0-9.]+$`).Match
	// isHeader finds the header lines of which a browser sends some with each request.
	isHeader = regexp.MustCompile(`^(?i)(Host|Origin|Referer|User-Agent|Content-(Length|Type)|Sec-[a-z-]+|` +
		`Accept(-[a-z]+)?|Connection|Cookie|Authorization|Transfer-Encoding|Upgrade(-[a-z-]+)?|Cache-Control|Pragma):( |$)`).Match
)

// isRequestLine tells whether a line is that of an HTTP request, with any method: no
// command ends with the version of HTTP, or looks like a request of the oldest one,
// which has none.
func isRequestLine(text []byte) bool {
	words := bytes.Fields(text)
	if len(words) == 2 && isUpper(words[0]) && isTarget(words[1]) {
		return true
	}
	if len(words) < 3 || !isToken(words[0]) || !isVersion(words[len(words)-1]) {
		return false
	}
	return len(words) == 3 || isUpper(words[0])
}

// lineWatch looks at the lines of a session: one of an HTTP request must never be
// read. Of a long one it keeps both ends.
type lineWatch struct {
	head   []byte
	tail   [16]byte
	length int
}

const watchedHead = 512

// next takes one byte, and says why the session has to end.
func (w *lineWatch) next(b byte) error {
	if b != '\r' && b != '\n' {
		if len(w.head) < watchedHead {
			w.head = append(w.head, b)
		} else {
			w.tail[(w.length-watchedHead)%len(w.tail)] = b
		}
		w.length++
		if w.length > line.MaxLine {
			return errLongLine
		}
		return nil
	}
	text := w.text()
	w.head, w.length = w.head[:0], 0
	if isRequestLine(text) || isHeader(text) {
		return errLate
	}
	return nil
}

// text is the line, or both its ends.
func (w *lineWatch) text() []byte {
	n := w.length - len(w.head)
	if n <= len(w.tail) {
		return append(w.head, w.tail[:n]...)
	}
	at := n % len(w.tail)
	return append(append(w.head, w.tail[at:]...), w.tail[:at]...)
}
