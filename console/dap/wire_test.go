package dap

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
)

func TestMessagesAreRead(t *testing.T) {
	for text, want := range map[string]error{
		"Content-Length: 2\r\n\r\n{}":                                  nil,
		"content-length:2\r\nContent-Type: application/json\r\n\r\n{}": nil,
		"":                                   io.EOF,
		"Content-Length: 2\r\n\r\n{":         io.ErrUnexpectedEOF,
		"Content-Le":                         io.ErrUnexpectedEOF,
		"Content-Length: 11\r\n\r\n":         errHuge,
		"Content-Length: -1\r\n\r\n":         errHeader,
		"Content-Length: x\r\n\r\n":          errHeader,
		"\r\n\r\n":                           errHeader,
		"POST / HTTP/1.1\r\nHost: a\r\n\r\n": errHeader,
		strings.Repeat("Content-Type: a\r\n", mostHeaders+1): errHeader,
		strings.Repeat("x", 5000):                            errHeader,
	} {
		content, err := readMessage(bufio.NewReader(strings.NewReader(text)), 10)
		if !errors.Is(err, want) || want == nil && string(content) != "{}" {
			t.Errorf("%q gives %q, %v", text, content, err)
		}
	}
}

// Whatever comes, no more is read than a message, and none is longer than allowed.
func FuzzMessages(f *testing.F) {
	f.Add("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n{ }")
	f.Add("Content-Length: 99999999999999999999\r\n\r\n")
	f.Add("Content-Type: a\r\nContent-Length: 1\n\n1")
	f.Fuzz(func(t *testing.T, text string) {
		in := bufio.NewReader(strings.NewReader(text))
		for range len(text) {
			content, err := readMessage(in, 64)
			if err != nil {
				return
			}
			if len(content) > 64 || !strings.Contains(text, strconv.Itoa(len(content))) {
				t.Fatalf("%d bytes were read", len(content))
			}
		}
		if len(text) > 0 {
			t.Fatal("messages without end")
		}
	})
}
