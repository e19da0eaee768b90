package lua

import (
	"slices"
	"testing"

	"lunarium/runtime/vm"
)

// harmlessFunctions are those of the libraries that touch files and processes which
// change nothing outside the state. Every other one must have an effect that stops it.
var harmlessFunctions = map[string][]string{
	"os": {"clock", "date", "difftime", "getenv", "setlocale", "time"},
	// open asks by itself when it is to write; the standard streams go nowhere then.
	"io":  {"close", "flush", "input", "lines", "open", "output", "read", "type", "write", "stdin", "stdout", "stderr"},
	"lfs": {"_DESCRIPTION", "_VERSION", "attributes", "currentdir", "dir", "setmode", "symlinkattributes"},
}

// TestTriedCodeReachesNothingOutside calls every other function in code that is only
// tried.
func TestTriedCodeReachesNothingOutside(t *testing.T) {
	for _, template := range []*vm.Template{osTemplate, ioTemplate, lfsTemplate} {
		for _, name := range template.Names() {
			if slices.Contains(harmlessFunctions[template.Name()], name) {
				continue
			}
			s := vm.NewState(vm.Config{})
			Open(s, &Host{})
			stopped := ""
			defer s.Isolate(&vm.Isolation{Act: func(_ *vm.Thread, deed vm.Deed) int {
				stopped = deed.Name
				return 0
			}})()
			s.NewTask(template.Get(name)).AsTask().Resume()
			if want := template.Name() + "." + name; stopped != want {
				t.Errorf("%s is not stopped (%q is)", want, stopped)
			}
		}
	}
}
