package vm_test

import (
	"testing"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
)

// library is the least that the test programs need; suspend and protected
// exercise what Go functions may do.
var library = map[string]func(*vm.Thread) int{
	"pcall":  (*vm.Thread).ProtectArgs,
	"xpcall": func(t *vm.Thread) int { return t.Protect(t.Arg(1), t.Args(3), t.Arg(2)) },
	"error":  func(t *vm.Thread) int { return t.Raise(t.Arg(1)) },
	"fail":   func(t *vm.Thread) int { t.Errorf("%s", t.CheckString(1)); return 0 },
	"yield":  (*vm.Thread).Yield,
	"create": func(t *vm.Thread) int { return t.Return(vm.ThreadValue(t.State().NewThread(t.Arg(1)))) },
	"resume": func(t *vm.Thread) int { return t.ResumeCoroutine(t.CheckThread(1), 2, false) },
	"status": func(t *vm.Thread) int { return t.Return(vm.String(t.CoroutineStatus(t.CheckThread(1)))) },
	"wrap": func(t *vm.Thread) int {
		co := t.State().NewThread(t.Arg(1))
		return t.Return(t.State().NewGoClosure("wrap", func(t *vm.Thread) int {
			return t.ResumeCoroutine(co, 1, true)
		}, vm.ThreadValue(co)))
	},
	// rethrow calls a protected function and raises what that raised.
	"rethrow": func(t *vm.Thread) int {
		return t.CallThen(vm.FunctionValue(&vm.GoFunction{Name: "pcall", Run: (*vm.Thread).ProtectArgs}), t.Args(1), func(t *vm.Thread) int {
			if t.Arg(1).Truth() {
				return t.ReturnArgs(2)
			}
			return t.Raise(t.Arg(2))
		})
	},
	"collect": func(t *vm.Thread) int {
		t.State().Collector().Collect()
		t.State().Collector().Finalize(t)
		return 0
	},
	"memory": func(t *vm.Thread) int { return t.Return(vm.Int(t.State().Memory().Bytes())) },
	"tally": func(t *vm.Thread) int {
		return t.State().Collector().CountThen(t, func(t *vm.Thread, bytes int) int { return t.Return(vm.Int(bytes)) })
	},
	"step": func(t *vm.Thread) int {
		return t.State().Collector().StepThen(t, t.OptInt(1, 0), func(t *vm.Thread, done bool) int { return t.Return(vm.Bool(done)) })
	},
	"stop":    func(t *vm.Thread) int { t.State().Collector().Stop(); return 0 },
	"limit":   func(t *vm.Thread) int { t.State().Memory().SetLimit(t.CheckInt(1)); return 0 },
	"suspend": func(t *vm.Thread) int { return t.Suspend(nil) },
	"call":    func(t *vm.Thread) int { return t.Return(t.Call(t.Arg(1), t.Args(2)...)...) },
	"try": func(t *vm.Thread) int {
		result, failed := t.Debug().Try(t.Arg(1))
		if failed != nil {
			return t.Return(failed.Value)
		}
		return t.Return(result)
	},
	"count":  func(t *vm.Thread) int { return t.Return(vm.Int(t.NArgs())) },
	"spread": func(t *vm.Thread) int { return t.Return(make([]vm.Value, t.CheckInt(1))...) },
	"setmetatable": func(t *vm.Thread) int {
		t.State().SetMetatable(t.CheckTable(1), t.Arg(2).AsTable())
		return t.Return(t.Arg(1))
	},
	"next": func(t *vm.Thread) int {
		k, v, ok := t.CheckTable(1).Next(t.Arg(2))
		if !ok {
			t.Errorf("invalid key to 'next'")
		}
		return t.Return(k, v)
	},
	"tostring": func(t *vm.Thread) int { return t.Return(vm.String(t.ToStringMeta(t.Arg(1)))) },
	"traceback": func(t *vm.Thread) int {
		return t.Return(vm.String(t.Debug().Traceback(t.OptString(1, ""), 1)))
	},
	"getlocal": func(t *vm.Thread) int {
		name, v, ok := t.Debug().Local(t.CheckInt(1), t.CheckInt(2))
		if !ok {
			return 0
		}
		return t.Return(vm.String(name), v)
	},
	"setlocal": func(t *vm.Thread) int {
		name, _ := t.Debug().SetLocal(t.CheckInt(1), t.CheckInt(2), t.Arg(3))
		return t.Return(vm.String(name))
	},
	"hook": func(t *vm.Thread) int {
		t.Debug().SetHook(t.Arg(1), vm.HookMask(t.OptInt(2, 0)), t.OptInt(3, 0))
		return 0
	},
}

func newState(config vm.Config) *vm.State {
	s := vm.NewState(config)
	for name, run := range library {
		s.Globals.SetString(name, s.NewFunction(name, run))
	}
	return s
}

func load(tb testing.TB, s *vm.State, source string) vm.Value {
	tb.Helper()
	proto, err := compile.Source("=test", []byte(source))
	if err != nil {
		tb.Fatal(err)
	}
	return s.NewClosure(vm.NewLoader(s.Seed()).Load(proto), vm.TableValue(s.Globals))
}

// text joins values as print would show them.
func text(values []vm.Value) string {
	line := ""
	for i, v := range values {
		if i > 0 {
			line += " "
		}
		switch s, ok := vm.ToString(v); {
		case ok:
			line += s
		case v.Type() == vm.TypeBoolean && v.Truth():
			line += "true"
		case v.Type() == vm.TypeBoolean:
			line += "false"
		default:
			line += v.Type().String()
		}
	}
	return line
}

// finish demands that a task has returned, and gives its results.
func finish(tb testing.TB, task *vm.Thread, status vm.Status) string {
	tb.Helper()
	if status != vm.StatusOK {
		tb.Fatalf("status %d, failure %v", status, task.AsTask().Failure())
	}
	return text(task.AsTask().Results())
}

// run runs a program to its end, without suspensions, and gives its results.
func run(tb testing.TB, source string) string {
	tb.Helper()
	s := newState(vm.Config{Seed: 7})
	task := s.NewTask(load(tb, s, source))
	return finish(tb, task, task.AsTask().Resume())
}

// program is a Lua chunk and the results it has to return.
type program struct{ name, source, want string }

func check(t *testing.T, programs []program) {
	t.Helper()
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			if got := run(t, p.source); got != p.want {
				t.Errorf("got  %q\nwant %q", got, p.want)
			}
		})
	}
}
