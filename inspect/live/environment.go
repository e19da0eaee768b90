package live

import (
	"context"
	"maps"
	"slices"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file compiles code for a service and makes the table in which it finds the
// service's names.

// LastResult is the registry's key for the value of _ in evaluated code.
const LastResult = "lunarium.last"

// CompileCode reads code as an expression, and if it is none, as statements.
// An expression that ends too early is an unfinished one.
func CompileCode(n *service.Node, code, chunk string) (*vm.Code, error) {
	compiled, err := n.Sources().Compile(chunk, []byte("return "+code))
	if err == nil || compile.Incomplete(err) {
		return compiled, err
	}
	return n.Sources().Compile(chunk, []byte(code))
}

// Environment makes the table that code run inside a service has as _ENV: the
// service's local variables by name, then its globals.
func (n *Names) Environment() vm.Value {
	st, places := n.State, n.All()
	// The code may make functions that outlive those whose variables they name.
	var holders []vm.Value
	for _, name := range slices.Sorted(maps.Keys(places)) {
		if holder := places[name].Holder; holder != nil {
			holders = append(holders, vm.ClosureValue(holder))
		}
	}
	if !has(places, "_") {
		places["_"] = Place{"_",
			func() vm.Value { return st.Registry.GetString(LastResult) },
			func(v vm.Value) { st.Registry.SetString(LastResult, v) }, nil, nil}
	}
	env, meta := st.NewTable(0, 0), st.NewTable(0, 2)
	meta.SetString("__index", st.NewGoClosure("environment", func(t *vm.Thread) int {
		name, _ := t.Arg(2).AsString()
		if place, ok := places[name]; ok {
			return t.Return(place.Get())
		}
		return t.Return(t.Index(vm.TableValue(st.Globals), t.Arg(2)))
	}, holders...))
	meta.SetString("__newindex", st.NewFunction("environment", func(t *vm.Thread) int {
		name, _ := t.Arg(2).AsString()
		if place, ok := places[name]; ok {
			place.Set(t.Arg(3))
			return 0
		}
		t.SetIndex(vm.TableValue(st.Globals), t.Arg(2), t.Arg(3))
		return 0
	}))
	st.SetMetatable(env, meta)
	return vm.TableValue(env)
}

// SearchFor gives variables that code wants and that only a search finds. When ctx
// ends before, it gives none: what runs the code tells why.
func SearchFor(ctx context.Context, s *service.Service, code *vm.Code) (found []Variable) {
	wanted, any := NamesIn(code)
	if !any {
		return nil
	}
	_ = InSteps(ctx, s, func(own service.Self, w *Work) {
		n := NamesOf(own)
		found = n.Search(w, wanted)
	})
	return found
}

// NamesIn gives which names code may want: its constants, and all when it computes
// names; any is false when it wants none.
func NamesIn(code *vm.Code) (want func(name string) bool, any bool) {
	wanted, computed := map[string]bool{}, false
	var look func(*bytecode.Proto)
	look = func(p *bytecode.Proto) {
		for _, k := range p.Constants {
			if k.Kind == bytecode.String {
				wanted[k.String] = true
			}
		}
		for _, i := range p.Code {
			switch i.Op() {
			case bytecode.GETUPVAL:
				computed = computed || p.Upvalues[i.B()].Name == "_ENV"
			case bytecode.GETTABUP:
				computed = computed || p.Upvalues[i.B()].Name == "_ENV" && !bytecode.IsConstant(i.C())
			case bytecode.SETTABUP:
				computed = computed || p.Upvalues[i.A()].Name == "_ENV" && !bytecode.IsConstant(i.B())
			}
		}
		for _, inner := range p.Protos {
			look(inner)
		}
	}
	look(code.Proto())
	return func(name string) bool { return computed || wanted[name] }, computed || len(wanted) > 0
}
