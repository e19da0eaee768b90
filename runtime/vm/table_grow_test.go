package vm

import (
	"errors"
	"testing"
)

// TestKillWhileTableGrows: a table that is to be given up while it grows stays as
// it was.
func TestKillWhileTableGrows(t *testing.T) {
	const entries = 4 * stepNodes / 4 * 3
	s := NewState(Config{})
	nodes, list := s.NewTable(0, 0), s.NewTable(0, 0)
	for i := range entries {
		nodes.Set(Number(float64(i)+0.5), Int(i))
	}
	const elements = 1 << 21
	for i := range elements {
		list.SetInt(i+1, True)
	}
	for name, table := range map[string]*Table{"nodes": nodes, "list": list} {
		task := s.NewTask(s.NewFunction("grow", func(t *Thread) int {
			s.Interrupt(InterruptKill)
			if table == nodes {
				table.Set(String("one more"), True)
			} else {
				table.SetInt(elements+1, True)
			}
			return 0
		}))
		if status := task.AsTask().Resume(); status != StatusError || !errors.Is(task.AsTask().Failure(), ErrKilled) {
			t.Errorf("%s: status %d: %v", name, status, task.AsTask().Failure())
		}
	}
	count := 0
	nodes.Entries(func(k, v Value) bool { count++; return nodes.Get(k) == v })
	if count != entries || nodes.Get(String("one more")) != Nil {
		t.Errorf("%d entries, want %d", count, entries)
	}
	if list.Len() != elements {
		t.Errorf("%d elements, want %d", list.Len(), elements)
	}
	nodes.Set(String("one more"), True)
	list.SetInt(elements+1, True)
	if nodes.Get(String("one more")) != True || list.Len() != elements+1 {
		t.Error("no growth afterwards")
	}
}
