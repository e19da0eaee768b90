// Package nodetest gives tests of libraries a node whose services are sources, and
// what they wrote. The services have Lua's libraries, skynet's, and what a test names, so
// that a test program links what it tests; stdlib's wiring is for tests of that. Only
// tests import it.
package nodetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/skynet"
)

// This file holds nodes for tests.

// limit bounds a test that hangs.
const limit = 5 * time.Minute

// World is a node and what its services printed and logged, in one text. Its methods
// may be called from any goroutine.
type World struct {
	testing.TB
	Ctx  context.Context // ends with the test, or after some minutes
	Node *service.Node
	Dir  string // of the service files

	mu    sync.Mutex
	out   strings.Builder
	wrote chan struct{} // closed, and made anew, when something is written
}

// Open has services open Lua's libraries, skynet's, and modules by the names that require
// calls them.
func Open(options *skynet.Options, modules map[string]lua.Module) func(service.Self) error {
	find := func(name string) lua.Module { return modules[name] }
	return func(s service.Self) error {
		return skynet.Open(s, options, func(host *lua.Host) { host.Module = find })
	}
}

// New makes a node that finds services in a directory of its own, then where config
// says; its output is the world's. Services have what config opens, or skynet's library.
func New(t testing.TB, config service.Config) *World {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	w := &World{TB: t, Ctx: ctx, Dir: t.TempDir(), wrote: make(chan struct{})}
	config.Path = append([]string{filepath.Join(w.Dir, "?.lua")}, config.Path...)
	config.Builtin = skynet.Services()
	config.Output = w
	if config.Open == nil {
		config.Open = Open(&skynet.Options{}, nil)
	}
	w.Node = service.NewNode(config)
	t.Cleanup(func() {
		w.Node.Stop(0)
		cancel()
	})
	return w
}

// Print takes what services print.
func (w *World) Print(_ message.Address, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.WriteString(text)
	close(w.wrote)
	w.wrote = make(chan struct{})
}

// Log takes what they log.
func (w *World) Log(e service.LogEntry) { w.Print(e.Service, e.String()+"\n") }

// Output gives what was written until now.
func (w *World) Output() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.String()
}

// Take gives what was written since the last Take.
func (w *World) Take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := w.out.String()
	w.out.Reset()
	return text
}

// Await waits until something that the condition holds for was written.
func (w *World) Await(what string, holds func(output string) bool) {
	w.Helper()
	for {
		w.mu.Lock()
		output, wrote := w.out.String(), w.wrote
		w.mu.Unlock()
		if holds(output) {
			return
		}
		select {
		case <-wrote:
		case <-w.Ctx.Done():
			w.Fatalf("%s: not in time; written:\n%s", what, output)
		}
	}
}

// Write writes a file beside the services and gives its path.
func (w *World) Write(name, text string) string {
	w.Helper()
	path := filepath.Join(w.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// Settle waits until no service has anything to do.
func (w *World) Settle() {
	w.Helper()
	if err := w.Node.Settle(w.Ctx); err != nil {
		w.Fatalf("not settled: %v; written:\n%s", err, w.Output())
	}
}

// Advance moves the virtual clock.
func (w *World) Advance(d time.Duration) {
	w.Helper()
	if _, err := w.Node.Clock().Advance(w.Ctx, d); err != nil {
		w.Fatal(err)
	}
}
