package web

import (
	"fmt"
	"testing"

	"lunarium/runtime/service"
)

// A page is sent the first of a service's names, and how many there are beside them.
func TestAPageShowsFewNames(t *testing.T) {
	node := newBareNode(t)
	svc, err := node.Launch(t.Context(), service.Spec{Name: "main", Literal: true, Source: `require "skynet".start(function() end)`})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		if err := node.Register(fmt.Sprintf("name\n%04d", i), svc.Address()); err != nil {
			t.Fatal(err)
		}
	}
	s := &Server{config: Config{Node: node}, sampler: newSampler(node, 0)}
	d := s.describe(t.Context(), s.sampler.now(), &view{Service: svc.Address()}, nil)
	if len(d.Names) != 100 || d.More != 2900 || d.Names[1] != `name\n0001` {
		t.Errorf("%d names and %d more: %q", len(d.Names), d.More, d.Names)
	}
}
