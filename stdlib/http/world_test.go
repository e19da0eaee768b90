package http_test

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	library "lunarium/stdlib/http"
	"lunarium/stdlib/json"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// world is a node with the real clock.
type world struct{ *nodetest.World }

func newWorld(t *testing.T) *world { return newWorldOf(t, service.Config{}) }

func newWorldOf(t *testing.T, config service.Config) *world {
	var options skynet.Options
	config.Open = nodetest.Open(&options, map[string]lua.Module{
		"http": func(s *vm.State, _ *lua.Host) vm.Value { return library.Open(s) },
		"json": func(s *vm.State, _ *lua.Host) vm.Value { return json.Open(s) },
	})
	w := &world{nodetest.New(t, config)}
	options.ModulePath = filepath.Join(w.Dir, "?.lua")
	return w
}

// printed waits until a line that contains a text was printed, and gives it.
func (w *world) printed(text string) (line string) {
	w.Helper()
	w.Await(text, func(output string) bool {
		for written := range strings.Lines(output) {
			if strings.Contains(written, text) {
				line = strings.TrimSuffix(written, "\n")
				return true
			}
		}
		return false
	})
	return line
}

// logged waits until a text, which may have several lines, was logged.
func (w *world) logged(text string) {
	w.Helper()
	w.Await(text, func(output string) bool { return strings.Contains(output, text) })
}

const prelude = `local skynet, http = require "skynet", require "http"
local function listen(handler, options)
	local server = http.serve("127.0.0.1:0", handler, options)
	print("url " .. server.url)
	return server
end
`

// launch starts a service whose start function is the given code.
func (w *world) launch(name, source string) *service.Service {
	w.Helper()
	w.Write(name+".lua", source)
	s, err := w.Node.Launch(w.Ctx, service.Spec{Name: name})
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
	request, err := http.NewRequestWithContext(s.Ctx, method, s.url+path, body)
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
