package mcp

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRepliesAreBounded(t *testing.T) {
	var r reply
	r.Write([]byte("short\n"))
	if got := r.take(); got != "short" {
		t.Errorf("%q", got)
	}
	for range 3 {
		r.Write([]byte(strings.Repeat("é", mostReply/4+1)))
	}
	got := r.take()
	if len(got) > mostReply+100 || !strings.HasSuffix(got, "bytes more; ask for less") {
		t.Errorf("%d bytes end with %q", len(got), got[len(got)-40:])
	}
	if got := r.take(); got != "" {
		t.Errorf("%q", got)
	}
}

// What a tool is called with is foreign: it never is more than one line.
func FuzzReadCall(f *testing.F) {
	f.Add(`{"arguments": "all", "json": true}`)
	f.Add(`{"arguments": "a\nb"}`)
	f.Add(`{"argument": 1}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := readCall(json.RawMessage(text))
		if err == nil && strings.ContainsAny(c.Arguments, lineBreaks) {
			t.Errorf("%q is a line", c.Arguments)
		}
	})
}
