package http_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lunarium/runtime/service"
)

// A trace that comes in with a request goes out with those that its handler sends; its
// own headers it may set itself. Nothing goes out when nothing is traced.
func TestTracesGoThrough(t *testing.T) {
	const parent, state = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=b"
	for _, traced := range []int{0, 1} {
		var got []string
		other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = append(got, r.Header.Get("Traceparent")+" "+r.Header.Get("Tracestate"))
		}))
		w := newWorldOf(t, service.Config{Traced: traced})
		w.launch("site", prelude+fmt.Sprintf(`skynet.start(function()
			listen(function()
				http.get(%q)
				http.get(%q, {headers = {traceparent = "mine"}})
				return "done"
			end)
		end)`, other.URL, other.URL))
		request, _ := http.NewRequest(http.MethodGet, strings.TrimPrefix(w.printed("url http"), "url "), nil)
		request.Header.Set("Traceparent", parent)
		request.Header.Set("Tracestate", state)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		other.Close()
		if traced == 0 {
			if len(got) != 2 || got[0] != " " || got[1] != "mine " {
				t.Errorf("untraced: %q", got)
			}
			continue
		}
		traces, total := w.Node.Tracer().Latest(1, func(*service.Trace) bool { return true })
		if total != 1 || len(got) != 2 {
			t.Fatalf("%d traces, %q", total, got)
		}
		waits := traces[0].Spans[1]
		want := parent[:36] + waits.ID.String() + "-01 " + state
		if got[0] != want || got[1] != "mine " || waits.Kind != service.SpanOutside || traces[0].Spans[0].Parent.String() != "00f067aa0ba902b7" {
			t.Errorf("%q, want %q of %+v", got, want, traces[0].Spans)
		}
	}
}
