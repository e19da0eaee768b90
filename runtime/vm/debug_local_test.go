package vm_test

import (
	"strings"
	"testing"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
)

// overwrite sets every slot of every call, and gives the types that it saw.
const overwrite = `
	local function overwrite(value)
		local seen = ''
		for level = 1, 12 do
			for n = 1, 40 do
				local name, old = getlocal(level, n)
				if not name then break end
				if name == '(*temporary)' then seen = seen .. kind(old) .. ' ' setlocal(level, n, value) end
			end
		end
		return seen
	end `

// Slots in which the machine keeps what is no Lua value are neither shown nor set.
func TestMachineSlotsAreNobodysLocals(t *testing.T) {
	for _, value := range []string{"'text'", "12345", "{}", "nil"} {
		for _, via := range []string{
			"xpcall(function() return overwrite(%s) end, print)",
			"xpcall(function(...) return (overwrite(%s)) end, print, 1, 2, 3)",
			"rethrow(function() return overwrite(%s) end)",
			"pcall(function() return overwrite(%s) end)",
			"rethrow(xpcall, function() return (overwrite(%s)) end, print)",
			"call(xpcall, function() return (overwrite(%s)) end, print)",
		} {
			s := newState(vm.Config{})
			s.Globals.SetString("kind", s.NewFunction("kind", func(t *vm.Thread) int {
				return t.Return(vm.String(t.Arg(1).Type().String()))
			}))
			source := overwrite + "return " + strings.Replace(via, "%s", value, 1)
			task := s.NewTask(load(t, s, source))
			if task.AsTask().Resume() != vm.StatusOK {
				continue // a function or a variable of the program was overwritten
			}
			if got := text(task.AsTask().Results()); strings.Contains(got, "userdata") {
				t.Errorf("%s sees %s", via, got)
			}
		}
	}
}

// Bytecode may name a local variable where a call keeps its function.
func TestLocalsEndWhereCallsBegin(t *testing.T) {
	proto, err := compile.Source("=test", []byte("local a = 1 return probe(), a"))
	if err != nil {
		t.Fatal(err)
	}
	for range int(proto.MaxStack) - len(proto.Locals) {
		proto.Locals = append(proto.Locals, bytecode.LocalVar{Name: "x", EndPC: len(proto.Code)})
	}
	if err := bytecode.Verify(proto); err != nil {
		t.Fatal(err)
	}
	s := newState(vm.Config{})
	s.Globals.SetString("probe", s.NewFunction("probe", func(t *vm.Thread) int {
		count := 0
		for n := 1; n < 250; n++ {
			if _, ok := t.Debug().SetLocal(1, n, vm.Int(0)); ok {
				count++
			}
		}
		return t.Return(vm.Int(count))
	}))
	task := s.NewTask(s.NewClosure(vm.NewLoader(0).Load(proto), vm.TableValue(s.Globals)))
	if got := finish(t, task, task.AsTask().Resume()); got != "1 0" {
		t.Errorf("got %s", got)
	}
}

// The handler of a protected call with very many arguments is found.
func TestHandlerAboveManyArguments(t *testing.T) {
	check(t, []program{{"handler", `
		return xpcall(function(...) error(count(...)) end, function(n) return 'handled ' .. n end, spread(70000))`, "false handled 70000"}})
}
