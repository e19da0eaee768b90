package command

import (
	"context"
	"io"
	"testing"

	"lunarium/console"

	"github.com/google/go-cmp/cmp"
)

const completedSource = `local skynet = require "skynet"
local rooms = { lobby = { topic = "tea" } }
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(rooms) end)
end)
`

func TestCompleteLua(t *testing.T) {
	ctx := context.Background()
	node, svc := startNode(t, completedSource)
	s := newSession(node, console.Options{Screen: console.NewScreen(io.Discard)})
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
	dump := "dump " + address + " "
	check(dump+"roo", []string{"rooms", "rooms.lobby"}, len(dump))
	check(dump+"rooms.lobby.t", []string{"rooms.lobby.topic"}, len(dump))
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
