package lua_test

import (
	"bytes"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// BenchmarkEngine runs testdata/bench/*.lua, each in a fresh state, with the
// program's own rhythm of collections. The results must be those of results.txt.
func BenchmarkEngine(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	b.Chdir("../../testdata/bench")
	text, err := os.ReadFile("results.txt")
	if err != nil {
		b.Fatal(err)
	}
	for want := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(want, "\t")
		b.Run(name, func(b *testing.B) { benchmarkProgram(b, name+".lua", strings.TrimSpace(want)+"\t") })
	}
}

func benchmarkProgram(b *testing.B, file, want string) {
	source, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		host := newHost(b, &out)
		s := vm.NewState(vm.Config{Seed: seed})
		lua.Open(s, host)
		code, err := host.Compile("@"+file, source, nil)
		if err != nil {
			b.Fatal(err)
		}
		task := s.NewTask(s.NewClosure(code, vm.TableValue(s.Globals)))
		if status := task.AsTask().Resume(); status != vm.StatusOK {
			b.Fatalf("status %d: %v", status, task.AsTask().Failure())
		}
		if !strings.HasPrefix(out.String(), want) {
			b.Fatalf("got %q, want %q and a time", out.String(), want)
		}
	}
}
