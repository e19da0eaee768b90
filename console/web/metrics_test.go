package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"lunarium/runtime/service"
)

// TestMemoryInMetrics: a scrape has services measured, and those that were not
// yet count as the mean of the others.
func TestMemoryInMetrics(t *testing.T) {
	node := newBareNode(t)
	launch := func() {
		spec := service.Spec{Name: "held", Literal: true, Source: `held = ("x"):rep(100000) require "skynet".start(function() end)`}
		if _, err := node.Launch(t.Context(), spec); err != nil {
			t.Fatal(err)
		}
	}
	launch()
	s := &Server{config: Config{Node: node}, sampler: newSampler(node, 0)}
	const name = "lunarium_service_memory_bytes"
	c := newCollector(s)
	if n := testutil.CollectAndCount(c, name); n != 0 {
		t.Errorf("%d lines before anything was measured", n)
	}
	s.sampler.memory.MeasureWanted(t.Context(), s.sampler.now().Rows, memoryRound)
	launch()
	s.sampler.take()
	sum := c.sum(s.sampler.now())["held"]
	if sum == nil || sum.services != 2 || sum.measured != 1 || sum.memory < 100000 {
		t.Fatalf("%+v", sum)
	}
	want := fmt.Sprintf("# HELP %[1]s Memory that services hold in Lua; who was not measured yet counts as the mean of those that were.\n"+
		"# TYPE %[1]s gauge\n%[1]s{service=\"held\"} %[2]v\n", name, 2*sum.memory)
	if err := testutil.CollectAndCompare(c, strings.NewReader(want), name); err != nil {
		t.Error(err)
	}
}
