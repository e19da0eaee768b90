package dbpool_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// world is a node whose services print into one text.
type world struct {
	t      *testing.T
	ctx    context.Context
	node   *service.Node
	client *service.Client
	dir    string
	mu     sync.Mutex
	out    strings.Builder
}

func (w *world) Print(_ service.Address, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.WriteString(text)
}

func (w *world) Log(e service.LogEntry) { w.Print(0, e.String()+"\n") }

// newWorld makes a node with the virtual clock.
func newWorld(t *testing.T) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	w := &world{t: t, ctx: ctx, dir: t.TempDir()}
	options := stdlib.ServiceOptions{Data: filepath.Join(w.dir, "data")}
	w.node = service.NewNode(service.Config{
		Virtual: true, Output: w,
		Path: []string{filepath.Join(w.dir, "?.lua"), "../../testdata/services/?.lua"},
		Open: func(s *service.Service) error { return stdlib.OpenService(s, options) },
	})
	w.client = w.node.NewClient("test")
	t.Cleanup(func() {
		w.node.Stop(0)
		cancel()
	})
	return w
}

// prelude gives test services short names; sorted prints a row.
const prelude = `
skynet = require "skynet"
db_pool = require "db_pool"
function sorted(row)
	local list = {}
	for k, v in pairs(row) do list[#list + 1] = k .. "=" .. (type(v) == "string" and ("%q"):format(v) or tostring(v)) end
	table.sort(list)
	return table.concat(list, " ")
end
`

// spawn starts a service of a source text, on one line behind the prelude so
// that its first line is line 1.
func (w *world) spawn(name, source string) *service.Service {
	w.t.Helper()
	text := strings.ReplaceAll(prelude, "\n", " ") + source
	if err := os.WriteFile(filepath.Join(w.dir, name+".lua"), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	s, err := w.node.Spawn(service.Spec{Name: name})
	if err != nil {
		w.t.Fatal(err)
	}
	w.settle()
	return s
}

func (w *world) settle() {
	w.t.Helper()
	if err := w.node.Settle(w.ctx); err != nil {
		w.t.Fatalf("not settled: %v; printed so far:\n%s", err, w.printed())
	}
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if _, err := w.node.Clock().Advance(w.ctx, d); err != nil {
		w.t.Fatal(err)
	}
}

// printed gives what was written since the last time.
func (w *world) printed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := w.out.String()
	w.out.Reset()
	return text
}

func (w *world) want(text string) {
	w.t.Helper()
	if diff := cmp.Diff(strings.TrimPrefix(text, "\n"), w.printed()); diff != "" {
		w.t.Errorf("printed (-want +got):\n%s", diff)
	}
}

// prints runs a service's main chunk and compares what it prints.
func prints(t *testing.T, source, text string) {
	t.Helper()
	w := newWorld(t)
	w.spawn("main", source)
	w.want(text)
}

// target is a database that a test runs on.
type target struct {
	name   string
	config string // as a Lua expression
}

// servers are the databases that tests use when a variable says where they are.
var servers = []struct{ name, variable string }{
	{"postgres", "LUNARIUM_TEST_POSTGRES"}, {"mysql", "LUNARIUM_TEST_MYSQL"},
}

// onEach runs a test on each database that is here.
func onEach(t *testing.T, test func(t *testing.T, at target)) {
	for _, at := range []target{{"memory", `":memory:"`}, {"file", "nil"}} {
		t.Run(at.name, func(t *testing.T) { test(t, at) })
	}
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			dsn := os.Getenv(server.variable)
			if dsn == "" {
				t.Skipf("%s is not set", server.variable)
			}
			test(t, target{server.name, fmt.Sprintf("{driver = %q, dsn = %q}", server.name, dsn)})
		})
	}
}
