package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// walls says which of the project's packages a package may import. Tests may
// import more.
var walls = map[string][]string{
	"runtime/bytecode":        {"runtime/visible"},
	"runtime/number":          {},
	"runtime/compile":         {"runtime/bytecode", "runtime/number"},
	"runtime/vm":              {"runtime/bytecode", "runtime/number", "runtime/worded"},
	"runtime/host":            {"runtime/vm", "runtime/files"},
	"runtime/message":         {"runtime/vm", "runtime/number", "runtime/visible"},
	"runtime/timer":           {},
	"runtime/queue":           {},
	"runtime/endpoint":        {"runtime/message"},
	"runtime/source":          {"runtime/vm", "runtime/compile", "runtime/bytecode", "runtime/files"},
	"runtime/netguard":        {"runtime/visible", "runtime/worded"},
	"runtime/visible":         {},
	"runtime/worded":          {},
	"runtime/files":           {},
	"runtime/service":         {"runtime/vm", "runtime/endpoint", "runtime/host", "runtime/queue", "runtime/source", "runtime/number", "runtime/message", "runtime/timer", "runtime/visible", "runtime/files", "runtime/worded"},
	"stdlib":                  {"runtime/vm", "runtime/service", "stdlib/lua", "stdlib/skynet", "stdlib/cache", "stdlib/dbpool", "stdlib/http", "stdlib/json", "stdlib/persist", "stdlib/versions", "stdlib/kit"},
	"stdlib/lua":              {"runtime/vm", "stdlib/kit", "runtime/host", "runtime/files", "runtime/number", "runtime/bytecode", "runtime/worded"},
	"stdlib/skynet":           {"runtime/vm", "stdlib/kit", "runtime/host", "runtime/number", "runtime/service", "runtime/message", "stdlib/lua", "runtime/worded"},
	"stdlib/nodeconfig":       {"runtime/vm", "runtime/files", "runtime/visible"},
	"stdlib/versions":         {"runtime/vm", "stdlib/kit"},
	"stdlib/kit":              {"runtime/vm"},
	"stdlib/dbpool":           {"runtime/vm", "stdlib/kit", "runtime/host", "runtime/worded", "runtime/visible"},
	"stdlib/persist":          {"runtime/vm", "stdlib/kit", "runtime/host", "runtime/message", "runtime/worded"},
	"stdlib/http":             {"runtime/vm", "stdlib/kit", "runtime/host", "runtime/files", "runtime/netguard", "runtime/worded", "runtime/visible"},
	"stdlib/nodetest":         {"stdlib", "stdlib/skynet", "runtime/service", "runtime/message"},
	"stdlib/cache":            {"runtime/vm", "stdlib/kit", "runtime/host", "runtime/files", "runtime/message", "runtime/netguard", "runtime/worded", "runtime/visible"},
	"stdlib/json":             {"runtime/vm", "stdlib/kit", "runtime/number", "runtime/message", "runtime/visible"},
	"inspect/plain":           {"runtime/visible"},
	"inspect/live":            {"inspect/plain", "runtime/service", "runtime/vm", "runtime/host", "runtime/number", "runtime/compile", "runtime/bytecode", "runtime/visible"},
	"inspect":                 {"inspect/live", "inspect/plain", "runtime/service", "runtime/vm", "runtime/number", "runtime/compile", "runtime/message", "runtime/visible"},
	"inspect/debug":           {"inspect/live", "inspect/plain", "runtime/service", "runtime/vm", "runtime/files", "runtime/visible"},
	"inspect/reload":          {"inspect/live", "inspect/plain", "runtime/service", "runtime/source", "runtime/vm", "runtime/host", "runtime/number", "runtime/bytecode", "runtime/visible", "runtime/worded"},
	"inspect/inspecttest":     {"inspect", "inspect/plain", "runtime/service", "stdlib", "stdlib/skynet"},
	"console":                 {"console/render", "console/replay", "inspect", "inspect/debug", "inspect/plain", "inspect/reload", "runtime/service", "runtime/files", "runtime/visible", "runtime/worded"},
	"console/render":          {"inspect/plain", "runtime/visible", "runtime/worded"},
	"console/line":            {},
	"console/telnet":          {"console/line", "runtime/netguard", "runtime/worded"},
	"console/web":             {"console", "console/render", "runtime/service", "runtime/message", "runtime/netguard", "runtime/visible", "runtime/worded"},
	"console/web/browsertest": {},
	"console/usage":           {},
	"console/replay":          {},
	"console/cli":             nil, // wires everything
	"testdata/bench":          {},
}

// outside says which package alone may import what is not the project's own.
var outside = map[string]string{
	"github.com/Shopify/go-lua":                   "runtime/compile",
	"github.com/coreos/go-systemd/v22/activation": "runtime/netguard",
	"github.com/coreos/go-systemd/v22/daemon":     "console/cli",
}

// TestWalls checks that imports run downward only.
func TestWalls(t *testing.T) {
	t.Chdir(root)
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != "." {
			return filepath.SkipDir
		}
		dir := path.Dir(filepath.ToSlash(file))
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || dir == "." {
			return nil
		}
		allowed, known := walls[dir]
		if !known {
			t.Errorf("%s: no walls are drawn for %s", file, dir)
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if own, ok := strings.CutPrefix(imported, "lunarium/"); ok && !contains(allowed, own) && dir != "console/cli" {
				t.Errorf("%s imports %s", file, imported)
			}
			for module, may := range outside {
				if strings.HasPrefix(imported, module) && dir != may {
					t.Errorf("%s imports %s; only %s may", file, imported, may)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

// Whoever has Go's release that the README names can build the program: no patch
// release of it is asked for.
func TestNoPatchReleaseOfGoIsAskedFor(t *testing.T) {
	content, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^go 1\.\d+(\.0)?$`).Match(content) || regexp.MustCompile(`(?m)^toolchain`).Match(content) {
		t.Error("go.mod asks for a patch release of Go, or for a toolchain")
	}
}
