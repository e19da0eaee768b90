// Package worded words errors for people: what Go's own libraries call a context, a
// deadline or a file descriptor is said as what happened.
//
// It holds no state and starts no goroutine.
package worded

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// plain are the words for what Go's libraries and the drivers say.
var plain = map[string]string{
	"context deadline exceeded":  "it took too long",
	"context canceled":           "it was interrupted",
	"operation was canceled":     "it was interrupted",
	"net/http: request canceled": "it was interrupted",

	"i/o timeout":                     "no answer in time",
	"net/http: TLS handshake timeout": "no answer in time",

	"EOF":                                  "the other side closed the connection",
	"unexpected EOF":                       "the data broke off",
	"http: server closed idle connection":  "the other side closed the connection",
	"http: unexpected EOF reading trailer": "the data broke off",

	"use of closed network connection":  "the connection is closed",
	"io: read/write on closed pipe":     "the connection is closed",
	"conn closed":                       "the connection is closed",
	"sql: connection is already closed": "the connection is closed",
	"http: Server closed":               "the server is closed",
	"sql: database is closed":           "the pool is closed",
	"redis: client is closed":           "the cache is closed",
	"file already closed":               "the file is closed",
	"use of closed file":                "the file is closed",

	"driver: bad connection": "the connection was lost",
	"invalid connection":     "the connection was lost",

	"sql: transaction has already been committed or rolled back": "the transaction is over",
	"redis: connection pool timeout":                             "no connection was free in time",
	"bufio.Scanner: token too long":                              "a line is too long",
	"net/url: invalid control character in URL":                  "a control character is in it",
}

// Text gives an error's text without Go's phrases. Text that is not Go's, such as a name
// in it, stays as it is.
func Text(err error) string {
	var leaves []string
	each(err, func(leaf string) { leaves = append(leaves, leaf) })
	text := err.Error()
	end := len(text)
	for _, leaf := range slices.Backward(leaves) {
		at := strings.LastIndex(text[:end], leaf)
		if at < 0 {
			continue
		}
		text = text[:at] + leafText(leaf) + text[at+len(leaf):]
		end = at
	}
	return text
}

// FileText is Text of an error of the file system, without operation and path.
func FileText(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return Text(failed.Err)
	}
	return Text(err)
}

// leafText words an error that holds no other, or the end of a text that stands for one
// that did.
func leafText(leaf string) string {
	for phrase := leaf; ; {
		if said, ok := plain[phrase]; ok {
			return strings.TrimSuffix(leaf, phrase) + said
		}
		_, rest, found := strings.Cut(phrase, ": ")
		if !found {
			return leaf
		}
		phrase = rest
	}
}

// each calls visit with the texts of the errors in an error that hold no others.
func each(err error, visit func(string)) {
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			each(inner, visit)
		}
		return
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil && strings.Contains(err.Error(), inner.Error()) {
			each(inner, visit)
			return
		}
	}
	visit(err.Error())
}
