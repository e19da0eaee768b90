package inspecttest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// This file holds the bench: a node with one service, and what tests ask of it.

// Bench is a node on the virtual clock with one service whose file is edited.
type Bench struct {
	T       testing.TB
	Dir     string
	Node    *service.Node
	Client  *service.Client
	Service *service.Service
	Logged  []string
	Extend  func(service.Self) error // what services get besides, once it is set
}

// Print drops what services print.
func (b *Bench) Print(_ message.Address, text string) {}

// Log keeps what services log.
func (b *Bench) Log(e service.LogEntry) { b.Logged = append(b.Logged, e.Text) }

// New starts a node with the virtual clock and the service main on it. In the files DIR
// stands for their directory.
func New(t testing.TB, files map[string]string) *Bench {
	t.Helper()
	return NewOn(t, true, files)
}

// NewOn is New, with the virtual clock or the real one.
func NewOn(t testing.TB, virtual bool, files map[string]string) *Bench {
	t.Helper()
	b := &Bench{T: t, Dir: t.TempDir()}
	for name, content := range files {
		b.Write(name, content)
	}
	path := []string{filepath.Join(b.Dir, "?.lua")}
	open := nodetest.Open(&skynet.Options{ModulePath: path[0]}, nil)
	b.Node = service.NewNode(service.Config{
		Workers: 1, Virtual: virtual, Path: path, Output: b, Env: map[string]string{},
		Open: func(s service.Self) error {
			if err := open(s); err != nil || b.Extend == nil {
				return err
			}
			return b.Extend(s)
		},
	})
	b.Client = b.Node.NewClient("the test")
	t.Cleanup(func() { b.Node.Stop(0); <-b.Node.Done() })
	svc, err := b.Node.Launch(context.Background(), service.Spec{Name: "main"})
	if err != nil {
		t.Fatal(err)
	}
	b.Service = svc
	return b
}

// Write writes a file beside the service's.
func (b *Bench) Write(name, content string) {
	b.T.Helper()
	content = strings.ReplaceAll(content, "DIR", b.Dir)
	if err := os.MkdirAll(filepath.Dir(filepath.Join(b.Dir, name)), 0o700); err != nil {
		b.T.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.Dir, name), []byte(content), 0o600); err != nil {
		b.T.Fatal(err)
	}
}

// Read gives a file's text.
func (b *Bench) Read(name string) string {
	b.T.Helper()
	content, err := os.ReadFile(filepath.Join(b.Dir, name))
	if err != nil {
		b.T.Fatal(err)
	}
	return string(content)
}

// Call sends a request and gives the first result as text.
func (b *Bench) Call(expression string) string {
	b.T.Helper()
	args, err := inspect.Arguments(b.Node, expression)
	if err != nil {
		b.T.Fatal(err)
	}
	p, err := b.Client.Call(context.Background(), b.Service.Address(), message.TypeLua, args)
	if err != nil {
		return "error: " + err.Error()
	}
	values := inspect.Reply(b.Node, p, plain.DefaultLimits).Values
	if len(values) == 0 {
		return ""
	}
	if values[0].Kind == plain.Number {
		return plain.FormatNumber(values[0].Number)
	}
	return values[0].Text
}

// Edit replaces the first old in main.lua.
func (b *Bench) Edit(old, new string) {
	b.T.Helper()
	content, err := os.ReadFile(filepath.Join(b.Dir, "main.lua"))
	if err != nil {
		b.T.Fatal(err)
	}
	if !strings.Contains(string(content), old) {
		b.T.Fatalf("no %q to edit", old)
	}
	b.Write("main.lua", strings.Replace(string(content), old, new, 1))
}

// Is checks the first result of a request.
func (b *Bench) Is(expression, want string) {
	b.T.Helper()
	if got := b.Call(expression); got != want {
		b.T.Errorf("%s gives %s, want %s", expression, got, want)
	}
}

// Eval gives the first result of code as a number; 0 for nil.
func (b *Bench) Eval(code string) float64 {
	b.T.Helper()
	results, err := inspect.Eval(context.Background(), b.Client, b.Service, inspect.Code{Text: code, Chunk: "=eval"}, plain.DefaultLimits)
	if err != nil {
		b.T.Fatalf("%s: %v", code, err)
	}
	if len(results.Values) == 0 {
		return 0
	}
	return results.Values[0].Number
}

// Names gives the names of the service's state.
func (b *Bench) Names() (names []string) {
	b.T.Helper()
	state, err := inspect.Dump(context.Background(), b.Service, nil, plain.Limits{Depth: 0, Width: 1, Text: 10})
	if err != nil {
		b.T.Fatal(err)
	}
	for _, e := range state.Entries {
		names = append(names, e.Key.Text)
	}
	return names
}

// Same checks that a value is the one that is wanted.
func (b *Bench) Same(what string, want, got any) {
	b.T.Helper()
	if d := cmp.Diff(want, got); d != "" {
		b.T.Errorf("%s (-want +got):\n%s", what, d)
	}
}
