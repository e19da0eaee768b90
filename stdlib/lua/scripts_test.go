package lua_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

var update = flag.Bool("update", false, "write what the scripts print into their .out files")

// TestScripts runs testdata/lua/*.lua and compares what they print with the
// .out file beside each. Where the reference interpreter is installed, it must
// print the same, but for the scripts that say "reference: none"; those that say
// "reference: with lfs" are compared where LuaFileSystem is there.
func TestScripts(t *testing.T) {
	t.Setenv("TZ", "UTC")
	t.Chdir("../../testdata/lua")
	scripts, err := filepath.Glob("*.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(script, ".lua"), func(t *testing.T) {
			if script == "handlers.lua" && testing.Short() {
				t.Skip("overflows many stacks")
			}
			source, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			got := runScript(t, script, source)
			out := strings.TrimSuffix(script, ".lua") + ".out"
			if *update {
				if err := os.WriteFile(out, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("printed (-want +got):\n%s", diff)
			}
			switch {
			case bytes.Contains(source, []byte("reference: none")):
			case bytes.Contains(source, []byte("reference: with lfs")) && !referenceHas("lfs"):
			default:
				compareReference(t, script, string(want))
			}
		})
	}
}

// referenceHas tells whether the reference interpreter finds a library.
func referenceHas(module string) bool {
	return exec.Command("lua5.2", "-l", module, "-e", "").Run() == nil
}

func compareReference(t *testing.T, script, want string) {
	lua, err := exec.LookPath("lua5.2")
	if err != nil || testing.Short() {
		return
	}
	command := exec.Command(lua, script)
	reference, err := command.Output()
	if err != nil {
		t.Fatalf("the reference interpreter: %v", err)
	}
	if diff := cmp.Diff(string(reference), want); diff != "" {
		t.Errorf("differs from the reference (-reference +expected):\n%s", diff)
	}
}

// runScript gives what a script prints.
func runScript(t *testing.T, name string, source []byte) string {
	var out bytes.Buffer
	host := newHost(t, &out)
	s := vm.NewState(vm.Config{Seed: seed})
	lua.Open(s, host)
	code, err := host.Compile("@"+name, source, nil)
	if err != nil {
		t.Fatal(err)
	}
	task := s.NewTask(s.NewClosure(code, vm.TableValue(s.Globals)))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Fatalf("%s\nstatus %d: %v", out.String(), status, task.AsTask().Failure())
	}
	return out.String()
}

const seed = 1

// newHost makes a world that a test can foresee; what is printed goes to out.
func newHost(t testing.TB, out *bytes.Buffer) *lua.Host {
	loader := vm.NewLoader(seed)
	return &lua.Host{
		Stdin:  strings.NewReader(""),
		Stdout: out,
		Stderr: out,
		Now:    func() time.Time { return time.Now().UTC() },
		CPU:    func() time.Duration { return time.Second },
		Exit:   func(code int) { t.Errorf("exit %d", code) },
		Getenv: func(string) (string, bool) { return "", false },
		Seed:   seed,
		Compile: func(name string, source []byte, stop func() bool) (*vm.Code, error) {
			p, err := compile.Chunk(name, source, stop)
			if err != nil {
				return nil, err
			}
			return loader.Load(p), nil
		},
		ReadFile:   os.ReadFile,
		ModulePath: "./?.lua",
		Chdir:      os.Chdir,
	}
}
