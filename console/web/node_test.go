package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/console/web"
	"lunarium/console/web/browsertest"
	"lunarium/inspect/crash"
	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// TestMain gives the tests one browser.
func TestMain(m *testing.M) { browsertest.Main(m) }

// node is a node with the real clock and its page.
type node struct {
	*testing.T
	*service.Node
	ctx     context.Context
	crashes crash.Log
	dir     string // of its services
	url     string
	shut    func() // stops the node and its server
}

// newNode starts a node whose services are the given files, beside other tests.
func newNode(t *testing.T, password string, files map[string]string) *node {
	t.Helper()
	t.Parallel()
	return newNodeIn(t, t.TempDir(), password, files)
}

// newNodeIn starts a node whose services are in a directory.
func newNodeIn(t *testing.T, dir, password string, files map[string]string) *node {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	n := &node{T: t, ctx: ctx, dir: dir}
	for name, source := range files {
		if err := os.WriteFile(filepath.Join(dir, name+".lua"), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n.start()
	n.serve("127.0.0.1:0", password)
	t.Cleanup(func() { n.shut(); cancel() })
	return n
}

func (n *node) start() {
	n.Node = service.NewNode(service.Config{
		Workers: 2, Path: []string{filepath.Join(n.dir, "?.lua")}, Crashed: n.crashes.Note,
		Open: func(s service.Self) error { return stdlib.OpenService(s, &stdlib.ServiceOptions{}) },
	})
}

func (n *node) serve(address, password string) {
	n.Helper()
	n.serveWith(web.Config{Address: address, Guard: guardOf(password)})
}

func (n *node) serveWith(config web.Config) {
	n.Helper()
	config.SampleEvery = 100 * time.Millisecond // so that tests need not wait for the next
	config.Node, config.Version, config.Logger, config.Crashes = n.Node, "test", slog.New(slog.DiscardHandler), &n.crashes
	config.Library = func() []console.LibraryFunction {
		return []console.LibraryFunction{{Name: "skynet.call", Signature: "skynet.call(address, type, ...)", Help: "asks"}}
	}
	server, err := web.Listen(config)
	if err != nil {
		n.Fatal(err)
	}
	go server.Serve()
	n.url = "http://" + server.Address()
	n.shut = func() { n.Stop(0); server.Close(n.ctx) }
}

func (n *node) launch(name string, args ...string) *service.Service {
	n.Helper()
	s, err := n.Launch(n.ctx, service.Spec{Name: name, Args: args})
	if err != nil {
		n.Fatal(err)
	}
	return s
}

// do sends a request with headers in pairs.
func (n *node) do(method, path, body string, header ...string) *http.Response {
	n.Helper()
	request, err := http.NewRequestWithContext(n.ctx, method, n.url+path, strings.NewReader(body))
	if err != nil {
		n.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		n.Fatal(err)
	}
	n.Cleanup(func() { response.Body.Close() })
	return response
}

// status sends a request and checks the answer's status.
func (n *node) status(want int, method, path, body string, header ...string) string {
	n.Helper()
	response := n.do(method, path, body, header...)
	text, err := io.ReadAll(response.Body)
	if err != nil {
		n.Error(err)
	}
	if response.StatusCode != want {
		n.Errorf("%s %s: %d %s, want %d", method, path, response.StatusCode, text, want)
	}
	return string(text)
}

// page is one tab, without a browser.
type page struct {
	*node
	path   string
	header []string
	events *bufio.Reader
}

func (n *node) open(view string, header ...string) *page {
	n.Helper()
	var opened struct{ ID string }
	if err := json.Unmarshal([]byte(n.status(200, "POST", "/page", view, header...)), &opened); err != nil {
		n.Fatal(err)
	}
	p := &page{node: n, path: "/page/" + opened.ID, header: header}
	p.events = bufio.NewReader(n.do("GET", p.path+"/events", "", header...).Body)
	return p
}

// await reads events until one of a name contains a text, and gives its data.
func (p *page) await(name, text string) string {
	p.Helper()
	event, seen := "", ""
	for {
		line, err := p.events.ReadString('\n')
		if err != nil {
			p.Fatalf("no %s with %q: %v; there were:\n%s", name, text, err, seen)
		}
		if rest, ok := strings.CutPrefix(line, "event: "); ok {
			event = strings.TrimSpace(rest)
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok && event == name {
			if strings.Contains(data, text) {
				return data
			}
			seen += data
		}
	}
}

func (p *page) post(want int, what, body string) string {
	p.Helper()
	return p.status(want, "POST", p.path+"/"+what, body, p.header...)
}

// guardOf asks for a password; "": it lets everybody in.
func guardOf(password string) *access.Guard {
	if password == "" {
		return nil
	}
	return access.OnePassword([]byte(password), nil)
}
