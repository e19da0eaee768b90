package web

import (
	"testing"
	"time"

	"lunarium/runtime/service"
)

// A counter that was read a little too high before does not draw a chart below zero.
func TestLoadIsNeverNegative(t *testing.T) {
	node := newBareNode(t)
	spec := service.Spec{Name: "idle", Literal: true, Source: `require "skynet".start(function() end)`}
	if _, err := node.Launch(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	s := newSampler(node, 0)
	s.latest.At = s.latest.At.Add(-time.Second)
	s.latest.Rows[0].CPU += time.Hour
	s.take()
	if now := s.now(); now.Rows[0].Load != 0 || now.point.Load != 0 {
		t.Errorf("a load of %v, of the node %v", now.Rows[0].Load, now.point.Load)
	}
	if s.take(); s.past()[len(s.past())-1].Load < 0 {
		t.Error("a chart below zero")
	}
}
