package service

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// A small binding, enough to write services in Lua: the real one, with
// argument checks and serialisation, lives above this package.

// detach copies values for a message.
func detach(t *vm.Thread, values []vm.Value) []vm.Value {
	copied := make([]vm.Value, len(values))
	for i, v := range values {
		if table := v.AsTable(); table != nil {
			twin := t.State().Detached().Table(0, 0)
			table.Entries(func(k, v vm.Value) bool {
				twin.Set(k, detach(t, []vm.Value{v})[0])
				return true
			})
			v = vm.TableValue(twin)
		}
		copied[i] = v
	}
	return copied
}

// bind opens the test library as globals.
func bind(s Self) error {
	state := s.State()
	for name, run := range testFunctions(s) {
		state.Globals.SetString(name, state.NewFunction(name, run))
	}
	if err := s.SetProtocol(Protocol{Name: "lua", ID: message.TypeLua, Dispatch: vm.Nil, Unpack: vm.Nil}); err != nil {
		return err
	}
	return s.SetProtocol(Protocol{Name: "system", ID: message.TypeSystem, Dispatch: vm.Nil, Unpack: vm.Nil})
}

type functions = map[string]func(*vm.Thread) int

func testFunctions(s Self) functions {
	all := functions{}
	for _, some := range []functions{baseFunctions(s), messageFunctions(s), taskFunctions(s), nodeFunctions(s)} {
		for name, run := range some {
			all[name] = run
		}
	}
	return all
}

func text(v vm.Value) string {
	if s, ok := vm.ToString(v); ok {
		return s
	}
	if v.Type() == vm.TypeBoolean {
		return fmt.Sprint(v.Truth())
	}
	return v.Type().String()
}

func baseFunctions(s Self) functions {
	return functions{
		"print": func(t *vm.Thread) int {
			var words []string
			for _, v := range t.Args(1) {
				words = append(words, text(v))
			}
			s.Print(strings.Join(words, " ") + "\n")
			return 0
		},
		"error": func(t *vm.Thread) int {
			if text, ok := t.Arg(1).AsString(); ok {
				return t.Raise(vm.String(t.Where(1) + text))
			}
			return t.Raise(t.Arg(1))
		},
		"pcall":   func(t *vm.Thread) int { return t.ProtectArgs() },
		"log":     func(t *vm.Thread) int { s.Error(t.CheckString(1)); return 0 },
		"running": func(t *vm.Thread) int { return t.Return(vm.ThreadValue(t)) },
		"nested":  func(t *vm.Thread) int { t.Call(t.Arg(1)); return 0 },
		"create": func(t *vm.Thread) int {
			return t.Return(vm.ThreadValue(s.State().NewThread(t.Arg(1))))
		},
		"resume": func(t *vm.Thread) int { return t.ResumeCoroutine(t.CheckThread(1), 2, false) },
		"yield":  func(t *vm.Thread) int { return t.Yield() },
	}
}

func messageFunctions(s Self) functions {
	return functions{
		"start": func(t *vm.Thread) int { s.SetStart(t.CheckFunction(1)); return 0 },
		"dispatch": func(t *vm.Thread) int {
			s.ChangeProtocol(message.TypeLua).Dispatch = t.CheckFunction(1)
			return 0
		},
		"dispatch_system": func(t *vm.Thread) int {
			s.ChangeProtocol(message.TypeSystem).Dispatch = t.CheckFunction(1)
			return 0
		},
		"call": func(t *vm.Thread) int {
			dest, ok, text := s.ResolveDest(t.Arg(1))
			if !ok {
				t.Errorf("call to invalid address: %s", text)
			}
			return s.Call(t, dest, message.TypeLua, message.Direct(detach(t, t.Args(2))...), nil)
		},
		"send": func(t *vm.Thread) int {
			dest, ok, _ := s.ResolveDest(t.Arg(1))
			if !ok {
				s.SendNowhere(text(t.Arg(1)), message.TypeLua, message.Direct(detach(t, t.Args(2))...))
				return t.Return(vm.False)
			}
			return s.Send(t, dest, message.TypeLua, 0, message.Direct(detach(t, t.Args(2))...), func(t *vm.Thread, sent bool) int {
				return t.Return(vm.Bool(sent))
			})
		},
		"onfull": func(t *vm.Thread) int { s.SetFailWhenFull(t.CheckString(1) == "error"); return 0 },
		"ret": func(t *vm.Thread) int {
			return t.Return(vm.Bool(s.Ret(t, message.Direct(detach(t, t.Args(1))...))))
		},
		"ignore": func(t *vm.Thread) int { s.IgnoreRet(t); return 0 },
		"response": func(t *vm.Thread) int {
			answer := s.Response(t)
			return t.Return(s.State().NewFunction("response", func(t *vm.Thread) int {
				sent, err := answer.Done(t.Arg(1).Truth(), message.Direct(detach(t, t.Args(2))...), text(t.Arg(2)))
				if err != nil {
					t.Errorf("%s", err)
				}
				return t.Return(vm.Bool(sent))
			}))
		},
	}
}

func taskFunctions(s Self) functions {
	return functions{
		"sleep": func(t *vm.Thread) int { return s.Sleep(t, int64(t.CheckInt(1)), t.Arg(2)) },
		"wait":  func(t *vm.Thread) int { return s.Wait(t, t.Arg(1), nil) },
		"wakeup": func(t *vm.Thread) int {
			return t.Return(vm.Bool(s.Wakeup(t.Arg(1))))
		},
		"fork": func(t *vm.Thread) int {
			return t.Return(vm.ThreadValue(s.Fork(t, t.CheckFunction(1), t.Args(2)...)))
		},
		"timeout": func(t *vm.Thread) int {
			return t.Return(vm.ThreadValue(s.Timeout(t, int64(t.CheckInt(1)), t.Arg(2))))
		},
		"cancel": func(t *vm.Thread) int {
			return t.Return(vm.Bool(s.CancelTask(t.CheckThread(1))))
		},
		"now":  func(t *vm.Thread) int { return t.Return(vm.Int(int(s.Node().Clock().ticks()))) },
		"exit": func(t *vm.Thread) int { return s.Exit(t) },
		"self": func(t *vm.Thread) int { return t.Return(vm.Int(int(s.Address()))) },
		"await": func(t *vm.Thread) int {
			return s.hostWatch(t, "work", func(finish func(func(*vm.Thread) int)) func() {
				go finish(func(t *vm.Thread) int { return t.Return(vm.String("done")) })
				return nil
			})
		},
	}
}

func nodeFunctions(s Self) functions {
	spec := func(t *vm.Thread) Spec {
		spec := Spec{Name: t.CheckString(1)}
		for _, v := range t.Args(2) {
			spec.Args = append(spec.Args, text(v))
		}
		return spec
	}
	address := func(t *vm.Thread, a message.Address) int {
		if a == 0 {
			return 0
		}
		return t.Return(vm.Int(int(a)))
	}
	return functions{
		"newservice": func(t *vm.Thread) int { return s.Launch(t, spec(t), address) },
		"unique":     func(t *vm.Thread) int { return s.Unique(t, spec(t), address) },
		"query":      func(t *vm.Thread) int { return s.Query(t, t.CheckString(1), address) },
		"register": func(t *vm.Thread) int {
			if err := s.Register(t.CheckString(1)); err != nil {
				t.Errorf("%s", err)
			}
			return 0
		},
		"code": func(t *vm.Thread) int {
			launch := Spec{Name: t.CheckString(1), Source: t.CheckString(2), Literal: true}
			for _, v := range t.Args(3) {
				launch.Args = append(launch.Args, text(v))
			}
			s.Node().Spawn(launch)
			return 0
		},
		"query_name": func(t *vm.Thread) int {
			a, _ := s.Node().Lookup(t.CheckString(1))
			return t.Return(vm.Int(int(a)))
		},
		"kill": func(t *vm.Thread) int {
			return t.Return(vm.Bool(s.Node().Kill(message.Address(t.CheckInt(1)))))
		},
	}
}

// sink collects what services write.
type sink struct {
	mu    sync.Mutex
	lines []string
}

func (k *sink) Print(from message.Address, text string) { k.add(strings.TrimSuffix(text, "\n")) }
func (k *sink) Log(e LogEntry)                          { k.add(e.String()) }

func (k *sink) add(line string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lines = append(k.lines, line)
}

// has tells whether a line was written that contains the text.
func (k *sink) has(text string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Contains(strings.Join(k.lines, "\n"), text)
}

// take gives what was written since the last call, a line each.
func (k *sink) take() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	text := strings.Join(k.lines, "\n")
	k.lines = nil
	return text
}

// world is a node under test, with the virtual clock unless config says other.
type world struct {
	*Node
	t      testing.TB
	out    *sink
	client *Client
	ctx    context.Context
}

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	out := &sink{}
	config := Config{Virtual: true, Epoch: time.Unix(1_800_000_000, 0).UTC(), Output: out, Open: bind, Recorder: 64}
	for _, f := range change {
		f(&config)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	n := NewNode(config)
	t.Cleanup(func() { n.Stop(0); cancel() })
	return &world{Node: n, t: t, out: out, client: n.NewClient("the console"), ctx: ctx}
}

// launch starts a service from source text.
func (w *world) launch(name, source string, args ...string) *Service {
	w.t.Helper()
	s, err := w.Launch(w.ctx, Spec{Name: name, Source: source, Literal: true, Args: args})
	if err != nil {
		w.t.Fatalf("launching %s: %v", name, err)
	}
	return s
}

func (w *world) settle() {
	w.t.Helper()
	if err := w.Settle(w.ctx); err != nil {
		w.t.Fatal(err)
	}
}

// call calls a service and gives the answer's values as text.
func (w *world) call(s *Service, args ...string) (string, error) {
	values := make([]vm.Value, len(args))
	for i, arg := range args {
		values[i] = vm.String(arg)
	}
	p, err := w.client.Call(w.ctx, s.Address(), message.TypeLua, message.Direct(values...))
	return w.preview(p), err
}

func (w *world) mustCall(s *Service, args ...string) string {
	w.t.Helper()
	answer, err := w.call(s, args...)
	if err != nil {
		w.t.Fatalf("calling %s %q: %v", s.Name(), args, err)
	}
	return answer
}

// printed checks what was written since the last look.
func (w *world) printed(want string) {
	w.t.Helper()
	w.settle()
	if got := w.out.take(); got != strings.TrimSpace(want) {
		w.t.Errorf("written:\n%s\nwant:\n%s", got, strings.TrimSpace(want))
	}
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if _, err := w.Clock().Advance(w.ctx, d); err != nil {
		w.t.Fatal(err)
	}
}
