package lua_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// writes keeps every Write apart.
type writes []string

func (w *writes) Write(b []byte) (int, error) {
	*w = append(*w, string(b))
	return len(b), nil
}

// do runs a chunk in a state of its own and gives its results as text.
func do(t testing.TB, change func(*lua.Host), source string) ([]string, error) {
	t.Helper()
	host := newHost(t, &bytes.Buffer{})
	change(host)
	s := vm.NewState(vm.Config{Seed: seed})
	lua.Open(s, host)
	code, err := host.Compile("=test", []byte(source), nil)
	if err != nil {
		t.Fatal(err)
	}
	task := s.NewTask(s.NewClosure(code, vm.TableValue(s.Globals)))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		return nil, task.AsTask().Failure()
	}
	var texts []string
	for _, v := range task.AsTask().Results() {
		text, ok := vm.ToString(v)
		if !ok {
			text = v.Type().String()
		}
		texts = append(texts, text)
	}
	return texts, nil
}

func TestOneWritePerPrint(t *testing.T) {
	var out, failed writes
	_, err := do(t, func(h *lua.Host) { h.Stdout, h.Stderr = &out, &failed }, `
		print("a", 1, nil)
		io.write("b", 2, "\n")
		io.stdout:write("c"):write("d")
		io.stderr:write("e")
		io.write()`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(writes{"a\t1\tnil\n", "b2\n", "c", "d"}, out); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(writes{"e"}, failed); diff != "" {
		t.Error(diff)
	}
}

func TestClockIsTheHosts(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	got, err := do(t, func(h *lua.Host) {
		h.Now = func() time.Time { return time.Date(2031, 5, 6, 7, 8, 9, 0, zone) }
		h.CPU = func() time.Duration { return 1500 * time.Millisecond }
	}, `return os.date("%F %T %Z %z"), os.date("!%F %T %Z"), os.time() - os.time{year=2031, month=5, day=6, hour=7, min=8, sec=9},
		os.date("%H", 0), os.clock()`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2031-05-06 07:08:09 CET +0100", "2031-05-06 06:08:09 GMT", "0", "01", "1.5"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestExitThatReturnsEndsTheCode(t *testing.T) {
	for source, want := range map[string]int{
		"os.exit()": 0, "os.exit(true)": 0, "os.exit(false)": 1, "os.exit(7)": 7,
	} {
		code := -1
		_, err := do(t, func(h *lua.Host) { h.Exit = func(c int) { code = c } }, source)
		if code != want || err == nil {
			t.Errorf("%s: code %d, error %v", source, code, err)
		}
	}
}

func TestSearchersComeBeforeThePath(t *testing.T) {
	got, err := do(t, func(h *lua.Host) {
		h.Searchers = []lua.Searcher{func(name string) func(*vm.Thread) int {
			if name != "made.here" {
				return nil
			}
			return func(t *vm.Thread) int { return t.Return(vm.String("module " + t.CheckString(1))) }
		}}
		h.ReadFile = func(path string) ([]byte, error) {
			if path == "./other.lua" {
				return []byte("return 'a file'"), nil
			}
			return nil, os.ErrNotExist
		}
	}, `return require "made.here", require "other", select(2, pcall(require, "none"))`)
	if err != nil {
		t.Fatal(err)
	}
	missing := "module 'none' not found:\n\tno field package.preload['none']\n\tno file './none.lua'"
	if diff := cmp.Diff([]string{"module made.here", "a file", missing}, got); diff != "" {
		t.Error(diff)
	}
}

func TestEnvironmentAndInput(t *testing.T) {
	got, err := do(t, func(h *lua.Host) {
		h.Getenv = func(name string) (string, bool) { return "is " + name, name == "HERE" }
		h.Stdin = strings.NewReader("line\n12 rest")
	}, `return os.getenv "HERE", tostring(os.getenv "GONE"), io.read(), io.read("*n"), io.read("*a"), tostring(io.read())`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"is HERE", "nil", "line", "12", " rest", "nil"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestWritesReachTheFile: without setvbuf nothing waits in a buffer.
func TestWritesReachTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	got, err := do(t, func(*lua.Host) {}, strings.ReplaceAll(`
		local f = io.open("PATH", "w")
		f:write("now")
		local first = io.open("PATH"):read("*a")
		f:setvbuf("full", 100)
		f:write(", later")
		local second = io.open("PATH"):read("*a")
		f:close()
		return first, second, io.open("PATH"):read("*a")`, "PATH", path))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"now", "now", "now, later"}, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzDate gives os.date any format.
func FuzzDate(f *testing.F) {
	f.Add("%c %Ex %Od", 0.0)
	f.Add("!*t", 1e9)
	f.Add("%", 1e300)
	f.Fuzz(func(t *testing.T, format string, when float64) {
		callLibrary(t, "os", "date", vm.String(format), vm.Number(when))
	})
}

// FuzzReadNumber gives io.read("*n") any input.
func FuzzReadNumber(f *testing.F) {
	for _, seed := range []string{"12", " -0x1p4", "1e", ".", "0x", strings.Repeat("9", 300), "nan", "+-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		got, err := do(t, func(h *lua.Host) { h.Stdin = strings.NewReader(input) },
			`local n, rest = io.read("*n"), io.read("*a") return type(n), #rest`)
		if err != nil || got[0] != "number" && got[0] != "nil" {
			t.Errorf("%q: %v %v", input, got, err)
		}
	})
}

// callLibrary calls a function; its errors are Lua errors or the test fails.
func callLibrary(t *testing.T, library, name string, args ...vm.Value) {
	s := vm.NewState(vm.Config{Seed: seed})
	lua.Open(s, newHost(t, &bytes.Buffer{}))
	task := s.NewTask(s.Globals.GetString(library).AsTable().GetString(name), args...)
	if status := task.AsTask().Resume(); status != vm.StatusOK && status != vm.StatusError {
		t.Errorf("status %d", status)
	}
}

// TestOwnModulesComeFirst has a file with the name of a module of this program.
func TestOwnModulesComeFirst(t *testing.T) {
	own := func(h *lua.Host) {
		h.ReadFile = func(path string) ([]byte, error) {
			if path == "./persist.lua" {
				return []byte(`return "the user's"`), nil
			}
			return nil, os.ErrNotExist
		}
		h.ModulePath = "./?.lua"
		h.Module = func(name string) lua.Module {
			if name != "persist" && name != "json" {
				return nil
			}
			return func(*vm.State, *lua.Host) vm.Value { return vm.String("the program's " + name) }
		}
	}
	got, err := do(t, own, `return require "persist", require "json", (select(2, pcall(require, "no.such")))`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"the user's", "the program's json", "module 'no.such' not found:\n\tno field package.preload['no.such']\n\tno file './no/such.lua'"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The prompt of debug.debug goes on whatever pcall is by then.
func TestDebugPromptTrustsNoGlobal(t *testing.T) {
	for _, replaced := range []string{"nil", "function() return false end", "function() end"} {
		var failed writes
		got, err := do(t, func(h *lua.Host) {
			h.Stdin, h.Stderr = strings.NewReader("x = 1\nerror('e', 0)\nerror()\nx = x + 1\ncont\nx = 7\n"), &failed
		}, "pcall = "+replaced+" debug.debug() return x")
		if err != nil {
			t.Fatalf("%s: %v", replaced, err)
		}
		if diff := cmp.Diff([]string{"2"}, got); diff != "" {
			t.Errorf("%s: %s", replaced, diff)
		}
		want := "lua_debug> lua_debug> e\nlua_debug> (error object is a nil value)\nlua_debug> lua_debug> "
		if diff := cmp.Diff(want, strings.Join(failed, "")); diff != "" {
			t.Errorf("%s: %s", replaced, diff)
		}
	}
}
