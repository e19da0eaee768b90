package cli

import (
	"context"
	"io"
	"net"
	"testing"

	"lunarium/runtime/service"
)

// A console that a service opened ends with the service, which can be restarted.
func TestConsoleEndsWithItsService(t *testing.T) {
	f, err := parseFlags([]string{"--clock", "virtual"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProgram(f, &output{io.Discard, io.Discard}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	ctx := context.Background()
	first, err := p.node.Launch(ctx, service.Spec{Name: "debug_console", Args: []string{"0"}})
	if err != nil {
		t.Fatal(err)
	}
	address := p.node.Endpoints().List()[0].Local
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	p.node.Kill(first.Address())
	<-first.Released()
	second, err := p.node.Launch(ctx, service.Spec{Name: "debug_console", Args: []string{port}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.node.Restart(ctx, second.Address()); err != nil {
		t.Fatal(err)
	}
	list := p.node.Endpoints().List()
	if len(list) != 1 || list[0].Local != address {
		t.Errorf("open: %v; want one at %s", list, address)
	}
}
