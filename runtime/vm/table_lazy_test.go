package vm_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

func nothing(*vm.Thread) int { return 0 }

// letters is a template with a function, a constant and something of its own.
func letters(made *int) *vm.Template {
	return vm.NewTemplate("letters", vm.Library{"a": nothing, "b": nothing}).
		Set("c", vm.Int(3)).
		Make("own", func(s *vm.State) vm.Value { *made++; return vm.TableValue(s.NewTable(0, 0)) })
}

// contents gives a table's entries as Lua's next gives them.
func contents(t *vm.Table) map[string]string {
	all := map[string]string{}
	for k := vm.Nil; ; {
		var v vm.Value
		if k, v, _ = t.Next(k); k.IsNil() {
			return all
		}
		all[word(k)] = word(v)
	}
}

func word(v vm.Value) string {
	if s, ok := vm.ToString(v); ok {
		return s
	}
	return v.Type().String()
}

func TestTemplateIsCopiedOnUse(t *testing.T) {
	made := 0
	template := letters(&made)
	s, other := vm.NewState(vm.Config{}), vm.NewState(vm.Config{})
	table := s.Instance(template)
	if table != s.Instance(template) || table == other.Instance(template) {
		t.Fatal("each state has one table of a template")
	}
	if !vm.Same(table.GetString("a"), other.Instance(template).GetString("a")) {
		t.Error("states don't share the function")
	}
	if own := table.GetString("own"); made != 1 || !vm.Same(own, table.GetString("own")) {
		t.Errorf("made %d times", made)
	}
	table.SetString("a", vm.Int(1))
	table.SetString("mine", vm.Int(2))
	table.SetString("b", vm.Nil)
	want := map[string]string{"a": "1", "c": "3", "mine": "2", "own": "table"}
	if diff := cmp.Diff(want, contents(table)); diff != "" {
		t.Error(diff)
	}
	want = map[string]string{"a": "function", "b": "function", "c": "3", "own": "table"}
	if diff := cmp.Diff(want, contents(other.Instance(template))); diff != "" {
		t.Error(diff)
	}
	if vm.Same(table.GetString("own"), other.Instance(template).GetString("own")) {
		t.Error("states share what each should have of its own")
	}
}

// TestTemplateIsNotFilledByLooking: counting and listing entries costs a state
// nothing.
func TestTemplateIsNotFilledByLooking(t *testing.T) {
	s := vm.NewState(vm.Config{})
	table := s.Instance(vm.NewTemplate("letters", vm.Library{"a": nothing, "b": nothing}))
	table.SetString("b", vm.Nil)
	table.SetString("z", vm.True)
	before := s.Memory().Bytes()
	seen := map[string]string{}
	table.Entries(func(k, v vm.Value) bool { seen[word(k)] = word(v); return true })
	if diff := cmp.Diff(map[string]string{"a": "function", "z": "boolean"}, seen); diff != "" {
		t.Error(diff)
	}
	if table.Count() != 2 || s.Memory().Bytes() != before {
		t.Errorf("%d entries; memory was %d and is %d", table.Count(), before, s.Memory().Bytes())
	}
}

func TestTemplateMadeFromItself(t *testing.T) {
	var template *vm.Template
	template = vm.NewTemplate("meta", vm.Library{"read": nothing}).
		Make("__index", func(s *vm.State) vm.Value { return vm.TableValue(s.Instance(template)) }).
		Make("also", func(s *vm.State) vm.Value { return s.Instance(template).GetString("read") })
	for _, look := range []func(*vm.Table){func(*vm.Table) {}, func(t *vm.Table) { contents(t) }} {
		s := vm.NewState(vm.Config{})
		table := s.Instance(template)
		look(table)
		if table.GetString("__index").AsTable() != table || !vm.Same(table.GetString("also"), table.GetString("read")) {
			t.Error("a recipe that looks at its own table")
		}
	}
}

// TestTemplateModel compares tables of a template with maps, under random
// reads, assignments and traversals.
func TestTemplateModel(t *testing.T) {
	template := vm.NewTemplate("model")
	for i := range 20 {
		template.Set(fmt.Sprint("key", i), vm.Int(i))
	}
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		table := vm.NewState(vm.Config{Seed: uint32(seed)}).Instance(template)
		model := map[string]string{}
		for _, name := range template.Names() {
			model[name] = word(template.Get(name))
		}
		for step := range 200 {
			key := fmt.Sprint("key", random.IntN(40))
			switch random.IntN(100) / 10 {
			case 0, 1, 2, 3:
				want, got := model[key], word(table.GetString(key))
				if want == "" {
					want = "nil"
				}
				if got != want {
					t.Fatalf("seed %d, step %d: %s is %s, want %s", seed, step, key, got, want)
				}
			case 4, 5, 6:
				table.SetString(key, vm.Int(100+step))
				model[key] = fmt.Sprint(100 + step)
			case 7, 8, 9:
				table.SetString(key, vm.Nil)
				delete(model, key)
			}
			if seed%2 == 0 && random.IntN(100) == 0 {
				i := table.Len() + 1
				table.SetInt(i, vm.Int(step))
				model[fmt.Sprint(i)] = fmt.Sprint(step)
			}
			if seed%3 == 0 && random.IntN(100) == 0 {
				if diff := cmp.Diff(model, contents(table)); diff != "" {
					t.Fatalf("seed %d, step %d: %s", seed, step, diff)
				}
			}
			if count := table.Count(); count != len(model) {
				t.Fatalf("seed %d, step %d: %d entries, want %d", seed, step, count, len(model))
			}
		}
	}
}
