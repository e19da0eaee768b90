package service

import (
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEndpoints(t *testing.T) {
	node := NewNode(Config{Workers: 1, Virtual: true})
	t.Cleanup(func() { node.Stop(0); <-node.Done() })
	listener := node.OpenEndpoint(Endpoint{Kind: "test listener", Local: "here:1"})
	near, far := net.Pipe()
	defer far.Close()
	conn := node.OpenEndpoint(Endpoint{Kind: "test", Local: "here:1", Remote: "there:2"}).Conn(near)
	listener.Moved(1, 0)
	go far.Write([]byte("hello"))
	if _, err := io.ReadFull(conn, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	go io.ReadFull(far, make([]byte, 3))
	if _, err := conn.Write([]byte("you")); err != nil {
		t.Fatal(err)
	}
	want := []EndpointInfo{
		{ID: 1, Endpoint: Endpoint{Kind: "test listener", Local: "here:1"}, Read: 1},
		{ID: 2, Endpoint: Endpoint{Kind: "test", Local: "here:1", Remote: "there:2"}, Read: 5, Written: 3},
	}
	if d := cmp.Diff(want, node.Endpoints(), cmpopts.IgnoreFields(EndpointInfo{}, "Since")); d != "" {
		t.Error(d)
	}
	conn.Close()
	listener.Close()
	if left := node.Endpoints(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
