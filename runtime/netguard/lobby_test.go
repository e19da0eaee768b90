package netguard

import (
	"fmt"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLobby(t *testing.T) {
	l := NewLobby(4, 3)
	var out []string
	enter := func(ip string, name string) *Guest {
		return l.Enter(&net.TCPAddr{IP: net.ParseIP(ip)}, func() { out = append(out, name) })
	}
	want := func(names ...string) {
		t.Helper()
		if d := cmp.Diff(names, out); d != "" {
			t.Error(d)
		}
		out = nil
	}
	a := enter("10.0.0.1", "a")
	enter("10.0.0.1", "b")
	enter("10.0.0.1", "c")
	want()
	enter("::ffff:10.0.0.1", "d") // the host's fourth
	want("a")
	if a.Leave() {
		t.Error("a client that was turned out leaves")
	}
	e := enter("10.0.0.2", "e")
	f := enter("10.0.0.3", "f") // the fifth of all: the largest host makes room
	want("b")
	if !e.Leave() || e.Leave() || !f.Leave() {
		t.Error("a client does not leave once")
	}
	for i := range 4 { // one network
		enter(fmt.Sprintf("2001:db8::%d", i+1), fmt.Sprintf("v6-%d", i))
	}
	want("c", "v6-0")
}
