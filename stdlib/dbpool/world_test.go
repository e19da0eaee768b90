package dbpool_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/stdlib"
	"lunarium/stdlib/nodetest"
)

// world is a node with the virtual clock.
type world struct {
	*nodetest.World
	client *service.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, service.Config{Virtual: true})
}

// newWorldOf makes a world of a node that knows the tutorial's services, which use other
// libraries beside this one.
func newWorldOf(t *testing.T, config service.Config) *world {
	t.Helper()
	var options stdlib.ServiceOptions
	config.Path = []string{"../../testdata/services/?.lua"}
	config.Open = func(s service.Self) error { return stdlib.OpenService(s, &options) }
	w := &world{World: nodetest.New(t, config)}
	options.Data = filepath.Join(w.Dir, "data")
	w.client = w.Node.NewClient("test")
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
	w.Helper()
	text := strings.ReplaceAll(prelude, "\n", " ") + source
	if !strings.Contains(source, "skynet.start") {
		text += "\nskynet.start(function() end)"
	}
	w.Write(name+".lua", text)
	s, err := w.Node.Spawn(service.Spec{Name: name})
	if err != nil {
		w.Fatal(err)
	}
	w.Settle()
	return s
}

func (w *world) want(text string) {
	w.Helper()
	if diff := cmp.Diff(strings.TrimPrefix(text, "\n"), w.Take()); diff != "" {
		w.Errorf("printed (-want +got):\n%s", diff)
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

// serverAt gives a server's database; the test is skipped where no variable says where
// that is.
func serverAt(t *testing.T, name string) target {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a server")
	}
	variable := "LUNARIUM_TEST_" + strings.ToUpper(name)
	dsn := os.Getenv(variable)
	if dsn == "" {
		t.Skipf("%s is not set", variable)
	}
	return target{name, fmt.Sprintf("{driver = %q, dsn = %q}", name, dsn)}
}

// onEach runs a test on each database that is here, side by side.
func onEach(t *testing.T, test func(t *testing.T, at target)) {
	for _, at := range []target{{"memory", `":memory:"`}, {"file", "nil"}} {
		t.Run(at.name, func(t *testing.T) { t.Parallel(); test(t, at) })
	}
	for _, name := range []string{"postgres", "mysql"} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, serverAt(t, name)) })
	}
}
