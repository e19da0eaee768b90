package message

import (
	"strings"
	"testing"
)

// The examples and rules of W3C Trace Context.
func TestTraceparent(t *testing.T) {
	const id, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for _, c := range []struct {
		parent string
		ok     bool
	}{
		{"00-" + id + "-" + span + "-01", true},
		{"00-" + id + "-" + span + "-03", true},
		{"00-" + id + "-" + span + "-00", false}, // not sampled
		{"cc-" + id + "-" + span + "-01", true},
		{"cc-" + id + "-" + span + "-01-what-the-future-will-be-like", true},
		{"00-" + id + "-" + span + "-01-more", false},
		{"ff-" + id + "-" + span + "-01", false},
		{"00-" + strings.ToUpper(id) + "-" + span + "-01", false},
		{"00-" + strings.Repeat("0", 32) + "-" + span + "-01", false},
		{"00-" + id + "-" + strings.Repeat("0", 16) + "-01", false},
		{"00-" + id[1:] + "-" + span + "-01", false},
		{"00-" + id + "-" + span + "-1", false},
		{"00-" + id + "-" + span, false},
		{"", false},
	} {
		got, ok := ParseTraceparent(c.parent, "vendor=1")
		if ok != c.ok {
			t.Errorf("%q: %v", c.parent, ok)
		}
		if ok && (got.ID.String() != id || got.Span.String() != span || got.State != "vendor=1") {
			t.Errorf("%q: %v", c.parent, got)
		}
	}
	for _, state := range []string{strings.Repeat("x", mostTracestate+1), "a=\r\nSet-Cookie: b"} {
		if got, _ := ParseTraceparent("00-"+id+"-"+span+"-01", state); got.State != "" {
			t.Errorf("the state %q was taken over", state)
		}
	}
}

func FuzzTraceparent(f *testing.F) {
	f.Add("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=b")
	f.Add("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", "")
	f.Fuzz(func(t *testing.T, parent, state string) {
		got, ok := ParseTraceparent(parent, state)
		if !ok {
			return
		}
		again, ok := ParseTraceparent(got.Traceparent(), got.State)
		if !ok || again.ID != got.ID || again.Span != got.Span || again.State != got.State {
			t.Errorf("%q, %q: %v, written and read %v", parent, state, got, again)
		}
	})
}
