package telnet

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"testing"
)

// BenchmarkTransport sends a line over TCP and reads the answer of a handler that
// does nothing: what the transport alone costs.
func BenchmarkTransport(b *testing.B) {
	s, err := Listen(Config{Address: "127.0.0.1:0", Handle: echo})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	nc, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	in := bufio.NewReader(nc)
	for b.Loop() {
		fmt.Fprintln(nc, "list")
		if _, err := in.ReadString('\n'); err != nil {
			b.Fatal(err)
		}
	}
	nc.Close()
	if err := s.Shutdown(context.Background()); err != nil {
		b.Error(err)
	}
	if err := <-done; err != nil {
		b.Error(err)
	}
}
