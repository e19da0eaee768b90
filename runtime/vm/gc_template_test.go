package vm_test

import (
	"sync"
	"testing"

	"lunarium/runtime/vm"
)

// big is what a library might hold that no state pays for.
var big = vm.NewTemplate("big", func() vm.Library {
	lib := vm.Library{"kept": func(t *vm.Thread) int { return t.ReturnArgs(1) }}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		lib[name] = func(t *vm.Thread) int { return t.ReturnArgs(1) }
	}
	return lib
}()).
	Make("own", func(s *vm.State) vm.Value { return vm.TableValue(s.NewTable(0, 0)) })

// TestTablesOfTemplates has a cycle treat a table that shows a template as
// holding what the state put there, and nothing else.
func TestTablesOfTemplates(t *testing.T) {
	s := vm.NewState(vm.Config{Seed: 7})
	before := s.Memory().Bytes()
	table := s.Instance(big)
	empty := s.Memory().Bytes() - before
	if empty > 200 {
		t.Errorf("an untouched table of a template counts %d bytes", empty)
	}
	weak, mode := s.NewTable(0, 0), s.NewTable(0, 1)
	mode.SetString("__mode", vm.String("v"))
	s.SetMetatable(weak, mode)
	s.Globals.SetString("weak", vm.TableValue(weak))

	table.SetString("mine", vm.TableValue(s.NewTable(0, 0)))
	for name, v := range map[string]vm.Value{
		"own": table.GetString("own"), "mine": table.GetString("mine"), "shared": table.GetString("kept"),
		"lost": vm.TableValue(s.NewTable(0, 0)),
	} {
		weak.SetString(name, v)
	}
	s.Collector().Collect()
	for _, name := range []string{"own", "mine", "shared"} {
		if weak.GetString(name).IsNil() {
			t.Errorf("%s was collected", name)
		}
	}
	if !weak.GetString("lost").IsNil() {
		t.Error("what nobody holds was kept")
	}
	if left := s.Memory().Bytes() - before; left > 1500 {
		t.Errorf("the template's own entries seem to count: %d bytes", left)
	}
	if n := table.Count(); n != 11 {
		t.Errorf("%d entries after the cycle", n)
	}
}

// TestSharedFunctionsAreNotMarked lets two states collect at once: the race
// detector sees it when a cycle writes to what they share.
func TestSharedFunctionsAreNotMarked(t *testing.T) {
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			s := vm.NewState(vm.Config{Seed: 7})
			s.Globals.SetString("f", s.Instance(big).GetString("a"))
			for range 100 {
				s.Collector().Collect()
				s.Memory().Bytes()
			}
		})
	}
	group.Wait()
}

// TestTemplatesUnderALimit has fields of templates come although no memory is
// left: Go code asks for them where nobody could hear of an error.
func TestTemplatesUnderALimit(t *testing.T) {
	s := vm.NewState(vm.Config{Seed: 7})
	s.Memory().SetLimit(1)
	failed := s.NewTask(s.NewFunction("main", func(t *vm.Thread) int {
		t.State().Instance(big).GetString("own")
		t.State().Instance(big).GetString("kept")
		return 0
	})).AsTask().Resume() != vm.StatusOK
	if failed {
		t.Error("a field of a template was refused")
	}
}
