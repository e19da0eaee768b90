package cache

import (
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	for _, c := range []struct{ stream, want string }{
		{"+OK\r\n-ERR no\r\n:5\r\n$3\r\na\nb\r\n$-1\r\n$0\r\n\r\n*-1\r\n*0\r\n*2\r\n$1\r\nx\r\n*1\r\n:1\r\n+OK\r\n", ""},
		{"*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", ""},
		{"HTTP/1.1 200 OK\r\n", "a reply that is not Redis'"},
		{"\x00", "a reply that is not Redis'"},
		{"%1\r\n", "a reply that is not Redis'"},
		{"$x\r\n", "a reply that is not Redis'"},
		{"$1-\r\n", "a reply that is not Redis'"},
		{"$101\r\n", "a value of 101 bytes; the limit (max_value) is 100"},
		{"$9999999999999999999999\r\n", "a reply that is not Redis'"},
		{"*1048577\r\n", "a reply that is not Redis': 1048577 elements, in 0 arrays"},
		{strings.Repeat("*1\r\n", 5), "a reply that is not Redis': 1 elements, in 4 arrays"},
		{"+" + strings.Repeat("x", 70000), "a reply that is not Redis': a line of more than 65536 bytes"},
	} {
		for _, piece := range []int{1, 7, len(c.stream)} {
			f := frames{longest: 100}
			var err error
			for rest := []byte(c.stream); len(rest) > 0 && err == nil; {
				n := min(piece, len(rest))
				err = f.check(rest[:n])
				rest = rest[n:]
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%.40q in pieces of %d: %q, want %q", c.stream, piece, got, c.want)
			}
		}
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("*2\r\n$1\r\nx\r\n:1\r\n", 3)
	f.Fuzz(func(t *testing.T, stream string, cut int) {
		whole, parts := frames{longest: 100}, frames{longest: 100}
		if cut < 0 || cut > len(stream) {
			return
		}
		want := whole.check([]byte(stream))
		parts.check([]byte(stream[:cut]))
		if got := parts.check([]byte(stream[cut:])); (got == nil) != (want == nil) {
			t.Errorf("whole: %v, in parts: %v", want, got)
		}
	})
}
