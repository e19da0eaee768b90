package command

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lunarium/console"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

type silent struct{}

func (silent) Print(message.Address, string) {}
func (silent) Log(service.LogEntry)          {}

// startNode starts a node with the virtual clock and one service.
func startNode(t testing.TB, source string) (*service.Node, *service.Service) {
	t.Helper()
	return startNodeBy(t, true, source)
}

func startNodeBy(t testing.TB, virtual bool, source string) (*service.Node, *service.Service) {
	t.Helper()
	return startNodeWith(t, service.Config{Virtual: virtual}, source)
}

func startNodeWith(t testing.TB, config service.Config, source string) (*service.Node, *service.Service) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "?.lua")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "main.lua"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	config.Workers, config.Path, config.Output, config.Env = 1, []string{path}, silent{}, map[string]string{}
	config.Open = nodetest.Open(&skynet.Options{ModulePath: path}, nil)
	node := service.NewNode(config)
	t.Cleanup(func() { node.Stop(0); <-node.Done() })
	svc, err := node.Launch(context.Background(), service.Spec{Name: "main"})
	if err != nil {
		t.Fatal(err)
	}
	return node, svc
}

// newSession opens a session with all commands. With the virtual clock they end by what is
// counted, however slow the machine is.
func newSession(n *service.Node, o console.Options) *console.Session {
	o.Patience = cmp.Or(o.Patience, 5*time.Minute)
	return console.NewSession(n, o, Table())
}
