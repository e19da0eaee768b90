package http_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// world is a node with the real clock and what its services wrote.
type world struct {
	*testing.T
	ctx    context.Context
	node   *service.Node
	dir    string
	mu     sync.Mutex
	prints []string
	logs   []string
	news   chan struct{} // closed, and made anew, when something was written
}

func newWorld(t *testing.T) *world {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	w := &world{T: t, ctx: ctx, dir: t.TempDir(), news: make(chan struct{})}
	w.node = service.NewNode(service.Config{
		Path: []string{filepath.Join(w.dir, "?.lua")}, Output: w,
		Open: func(s *service.Service) error {
			return stdlib.OpenService(s, stdlib.ServiceOptions{ModulePath: filepath.Join(w.dir, "?.lua")})
		},
	})
	t.Cleanup(func() { w.node.Stop(0); cancel() })
	return w
}

func (w *world) add(list *[]string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*list = append(*list, strings.TrimSuffix(text, "\n"))
	close(w.news)
	w.news = make(chan struct{})
}

func (w *world) Print(_ service.Address, text string) { w.add(&w.prints, text) }
func (w *world) Log(e service.LogEntry)               { w.add(&w.logs, e.Text) }

// await waits until a line of a list contains a text, and gives it.
func (w *world) await(list *[]string, text string) string {
	w.Helper()
	for {
		w.mu.Lock()
		news := w.news
		for _, line := range *list {
			if strings.Contains(line, text) {
				w.mu.Unlock()
				return line
			}
		}
		have := strings.Join(append(w.prints, w.logs...), "\n")
		w.mu.Unlock()
		select {
		case <-news:
		case <-w.ctx.Done():
			w.Fatalf("no %q; there is:\n%s", text, have)
		}
	}
}

func (w *world) printed(text string) string { w.Helper(); return w.await(&w.prints, text) }
func (w *world) logged(text string) string  { w.Helper(); return w.await(&w.logs, text) }

const prelude = `local skynet, http = require "skynet", require "http"
local function listen(handler, options)
	local server = http.serve("127.0.0.1:0", handler, options)
	print("url " .. server.url)
	return server
end
`

func (w *world) write(name, source string) string {
	w.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// launch starts a service whose start function is the given code.
func (w *world) launch(name, source string) *service.Service {
	w.Helper()
	w.write(name+".lua", source)
	s, err := w.node.Launch(w.ctx, service.Spec{Name: name})
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// site is a service with a server.
type site struct {
	*world
	service *service.Service
	url     string
}

// serve starts a service whose start function is the given code, which calls
// listen.
func serve(t *testing.T, start string) *site {
	t.Helper()
	w := newWorld(t)
	s := w.launch("site", prelude+"skynet.start(function()\n"+start+"\nend)")
	return &site{w, s, strings.TrimPrefix(w.printed("url http"), "url ")}
}

// reply is an answer that was read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

func (s *site) do(method, path, body string, header ...string) reply {
	s.Helper()
	r, err := s.try(method, path, strings.NewReader(body), header...)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *site) try(method, path string, body io.Reader, header ...string) (reply, error) {
	request, err := http.NewRequestWithContext(s.ctx, method, s.url+path, body)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(content)}, err
}

func (s *site) get(path string, header ...string) reply {
	s.Helper()
	return s.do("GET", path, "", header...)
}

// expect checks status and body of an answer.
func (s *site) expect(r reply, status int, body string) {
	s.Helper()
	if r.status != status || r.body != body {
		s.Errorf("%d %q; want %d %q", r.status, r.body, status, body)
	}
}
