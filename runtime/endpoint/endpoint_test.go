package endpoint

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
)

// standing is a clock that does not move.
type standing struct{}

func (standing) Now() time.Time         { return time.Time{} }
func (standing) Elapsed() time.Duration { return 0 }

func TestEndpoints(t *testing.T) {
	registry := NewRegistry(standing{}, func(message.Address) string { return "echo" })
	listener := registry.Open(Endpoint{Kind: "test listener", Local: "here:1"})
	near, far := net.Pipe()
	defer far.Close()
	conn := registry.Open(Endpoint{Kind: "test", Local: "here:1", Remote: "there:2", Owner: 8}).Conn(near)
	listener.Moved(1, 0)
	go far.Write([]byte("hello"))
	if _, err := io.ReadFull(conn, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	go io.ReadFull(far, make([]byte, 3))
	if _, err := conn.Write([]byte("you")); err != nil {
		t.Fatal(err)
	}
	want := []Info{
		{ID: 1, Endpoint: Endpoint{Kind: "test listener", Local: "here:1"}, Read: 1},
		{ID: 2, Endpoint: Endpoint{Kind: "test", Owner: 8, Local: "here:1", Remote: "there:2"}, OwnerName: "echo", Read: 5, Written: 3},
	}
	if d := cmp.Diff(want, registry.List()); d != "" {
		t.Error(d)
	}
	conn.Close()
	listener.Close()
	if left := registry.List(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
