package cache_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
	"lunarium/stdlib/dbpool"
	"lunarium/stdlib/json"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// world is a node whose services share caches.
type world struct {
	*nodetest.World
	caches cache.Stores
}

func newWorld(t testing.TB, virtual bool) *world {
	return newWorldOf(t, service.Config{Virtual: virtual})
}

func newWorldOf(t testing.TB, config service.Config) *world {
	t.Helper()
	w := &world{}
	t.Cleanup(w.caches.Close)
	config.Epoch, config.Path = time.Unix(1_700_000_000, 0), []string{"../../testdata/services/?.lua"}
	data := t.TempDir()
	config.Open = nodetest.Open(&skynet.Options{}, map[string]lua.Module{
		"cache": func(s *vm.State, host *lua.Host) vm.Value { return cache.Open(s, &w.caches, host.Now) },
		"json":  func(s *vm.State, _ *lua.Host) vm.Value { return json.Open(s) },
		"db_pool": func(s *vm.State, _ *lua.Host) vm.Value { // of the tutorial's database
			return vm.TableValue(dbpool.Open(s, dbpool.Options{Data: data}))
		},
	})
	w.World = nodetest.New(t, config)
	return w
}

// launch starts a service with the cache c, which config describes in Lua, and
// waits until its start function has run the source.
func (w *world) launch(name, config, source string) *service.Service {
	w.Helper()
	text := fmt.Sprintf(`local skynet = require "skynet"
		local cache = require "cache"
		local c = cache.connect(%s)
		local function fails(f, ...) return (select(2, pcall(f, ...)):gsub("^[^ ]*lua:%%d+: ", "")) end
		skynet.start(function() %s
		end)`, config, source)
	w.Write(name+".lua", text)
	s, err := w.Node.Launch(w.Ctx, service.Spec{Name: name})
	if err != nil {
		var failure *message.Failure
		if errors.As(err, &failure) {
			w.Fatal(failure.Report())
		}
		w.Fatal(err)
	}
	return s
}

// output gives the lines that were written until now.
func (w *world) output() string { return strings.TrimSuffix(w.Output(), "\n") }

func (w *world) awaitLine(line string) {
	w.Helper()
	w.Await(line, func(output string) bool { return strings.Contains("\n"+output+"\n", "\n"+line+"\n") })
}
