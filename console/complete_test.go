package console

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

const completedSource = `local skynet = require "skynet"
local rooms = { lobby = { topic = "tea" } }
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(rooms) end)
end)
`

type silent struct{}

func (silent) Print(service.Address, string) {}
func (silent) Log(service.LogEntry)          {}

func TestCompleteLua(t *testing.T) {
	path := filepath.Join(t.TempDir(), "?.lua")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "main.lua"), []byte(completedSource), 0o600); err != nil {
		t.Fatal(err)
	}
	node := service.NewNode(service.Config{
		Workers: 1, Virtual: true, Path: []string{path}, Output: silent{}, Env: map[string]string{},
		Open: func(s *service.Service) error {
			return stdlib.OpenService(s, stdlib.ServiceOptions{ModulePath: path})
		},
	})
	t.Cleanup(func() { node.Stop(0); <-node.Done() })
	ctx := context.Background()
	svc, err := node.Launch(ctx, service.Spec{Name: "main"})
	if err != nil {
		t.Fatal(err)
	}
	s := NewSession(node, Options{Screen: NewScreen(io.Discard)})
	defer s.Close()
	address := svc.Address().String()
	check := func(text string, want []string, wantFrom int) {
		t.Helper()
		got, from := s.Complete(text, len(text))
		if d := cmp.Diff(want, got); d != "" || from != wantFrom {
			t.Errorf("%q: from %d, want %d\n%s", text, from, wantFrom, d)
		}
	}
	eval := "eval " + address + " "
	check(eval+"roo", []string{"rooms."}, len(eval))
	check(eval+"#rooms.lobby.t", []string{"topic"}, len(eval)+13)
	check("eval nowhere roo", nil, 16)
	for _, line := range []string{"lua " + address, ""} {
		if err := s.Execute(ctx, line); err != nil {
			t.Fatal(err)
		}
		if line != "" {
			check("x = rooms.l", []string{"lobby."}, 10)
			check("string.rep", []string{"rep("}, 7)
		}
	}
	check("eva", []string{"eval"}, 0)
	if err := s.Execute(ctx, "lua"); err != nil {
		t.Fatal(err)
	}
	check("skynet.retp", []string{"retpack("}, 7)
}
