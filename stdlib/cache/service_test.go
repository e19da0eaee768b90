package cache_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lunarium/runtime/service"
	"lunarium/stdlib"
	"lunarium/stdlib/cache"
)

// world is a node whose services are made of sources, and what they wrote.
type world struct {
	testing.TB
	ctx    context.Context
	node   *service.Node
	dir    string
	caches cache.Stores
	mu     sync.Mutex
	lines  []string
	wrote  chan struct{} // holds something when there are new lines
}

func (w *world) add(text string) {
	w.mu.Lock()
	w.lines = append(w.lines, strings.TrimSuffix(text, "\n"))
	w.mu.Unlock()
	select {
	case w.wrote <- struct{}{}:
	default:
	}
}

// Print takes what services print.
func (w *world) Print(_ service.Address, text string) { w.add(text) }

// Log takes what they log.
func (w *world) Log(e service.LogEntry) { w.add(e.String()) }

func newWorld(t testing.TB, virtual bool) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), wrote: make(chan struct{}, 1)}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	w.ctx = ctx
	services, err := filepath.Abs("../../testdata/services")
	if err != nil {
		t.Fatal(err)
	}
	options := stdlib.ServiceOptions{Caches: &w.caches, Data: t.TempDir()}
	w.node = service.NewNode(service.Config{
		Virtual: virtual, Epoch: time.Unix(1_700_000_000, 0), Output: w,
		Path: []string{filepath.Join(w.dir, "?.lua"), filepath.Join(services, "?.lua")},
		Open: func(s *service.Service) error { return stdlib.OpenService(s, options) },
	})
	t.Cleanup(func() {
		cancel()
		w.node.Stop(0)
		w.caches.Close()
	})
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
	if err := os.WriteFile(filepath.Join(w.dir, name+".lua"), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	s, err := w.node.Launch(w.ctx, service.Spec{Name: name})
	if err != nil {
		var failure *service.Failure
		if errors.As(err, &failure) {
			w.Fatal(failure.Report())
		}
		w.Fatal(err)
	}
	return s
}

// output gives what was written until now.
func (w *world) output() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n")
}

// await waits until something that the condition holds for was written.
func (w *world) await(what string, holds func(output string) bool) {
	w.Helper()
	for !holds(w.output()) {
		select {
		case <-w.wrote:
		case <-w.ctx.Done():
			w.Fatalf("%s: not in time; written:\n%s", what, w.output())
		}
	}
}

func (w *world) awaitLine(line string) {
	w.Helper()
	w.await(line, func(output string) bool { return strings.Contains("\n"+output+"\n", "\n"+line+"\n") })
}
