package web

import (
	"testing"

	"lunarium/runtime/service"
	"lunarium/stdlib"
)

// newBareNode makes a node without a page.
func newBareNode(t testing.TB) *service.Node {
	node := service.NewNode(service.Config{
		Open: func(s service.Self) error { return stdlib.OpenService(s, &stdlib.ServiceOptions{}) },
	})
	t.Cleanup(func() { node.Stop(0) })
	return node
}

// BenchmarkSample reads the counters of 10,000 services, and makes a page's part
// of the list of them.
func BenchmarkSample(b *testing.B) {
	node := newBareNode(b)
	for range 10000 {
		spec := service.Spec{Name: "bench", Literal: true, Source: `require "skynet".start(function() end)`}
		if _, err := node.Launch(b.Context(), spec); err != nil {
			b.Fatal(err)
		}
	}
	s := newSampler(node, 0)
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			s.take()
		}
	})
	b.Run("list", func(b *testing.B) {
		v := view{Sort: "rate", Down: true, Limit: 30}
		for b.Loop() {
			v.list(s.now(), s.memory)
		}
	})
}
