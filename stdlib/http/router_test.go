package http

import (
	"strings"
	"testing"
)

func TestTheCloserPatternCounts(t *testing.T) {
	order := []string{"/a/b", "/a/:x", "/a/*x", "/:x/b", "/:x/:y", "/*x"} // all match /a/b
	for i, closer := range order {
		for _, other := range order[i+1:] {
			p, _ := parsePattern(closer)
			q, _ := parsePattern(other)
			if p.compare(q) >= 0 || q.compare(p) <= 0 {
				t.Errorf("%s is not closer than %s", closer, other)
			}
		}
	}
}

// FuzzRoutes demands that what matches has a value for each parameter, and that
// a pattern of fixed parts matches its own path alone.
func FuzzRoutes(f *testing.F) {
	for _, seed := range [][2]string{
		{"/", "/"}, {"/tasks/:id", "/tasks/7"}, {"/files/*path", "/files/a/b%2fc"}, {"/a//b", "/a//b"}, {"/:a/:b", "//"}, {"/*x", ""}, {"/x", "%zz"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		p, wrong := parsePattern(text)
		segments, ok := splitPath(path)
		if wrong != "" || !ok {
			return
		}
		params, ok := p.match(segments)
		if ok && len(params) != len(p.names()) {
			t.Errorf("%q matches %q with %d values for %d parameters", text, path, len(params), len(p.names()))
		}
		if len(p.names()) == 0 && ok != (text[1:] == strings.Join(segments, "/") && strings.Count(text, "/") == len(segments)) {
			t.Errorf("%q matches %q: %v", text, path, ok)
		}
	})
}
