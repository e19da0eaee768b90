package profile_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/inspect/inspecttest"
	"lunarium/runtime/service"
)

// "go tool pprof" opens what is written: with Lua's names, and the lines of the files.
func TestGoToolPprofReadsIt(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	p := measure(t, b, service.ProfileCPU, func() { b.Call(`"work"`) })
	var written bytes.Buffer
	if err := p.WritePprof(&written); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "main.pb.gz")
	if err := os.WriteFile(file, written.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	top, err := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-top", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %s", err, top)
	}
	for _, want := range []string{"Type: samples", "inner", "leaf", "100%"} {
		if !strings.Contains(string(top), want) {
			t.Errorf("%q is not in\n%s", want, top)
		}
	}
	list, err := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-list", "^inner$", file).CombinedOutput()
	if err != nil || !strings.Contains(string(list), "sum = leaf(sum)") {
		t.Errorf("%v:\n%s", err, list)
	}
}
