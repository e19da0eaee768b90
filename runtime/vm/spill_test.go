//go:build amd64

package vm_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var (
	asmLine      = regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \([^)]*\)\t(.*)$`)
	indirectJump = regexp.MustCompile(`^JMP\t\([A-Z0-9]+\)\([A-Z0-9]+\*8\)$`)
	stackStore   = regexp.MustCompile(`^MOV[A-Z]*\t[A-Z0-9]+, .*\(SP\)$`)
)

// TestDispatchSpillsNothing looks at the code that the compiler makes of the way
// to the next instruction: a value that is live across a call in any case of the
// run loop is stored onto the stack there, once per instruction.
func TestDispatchSpillsNothing(t *testing.T) {
	listing, err := exec.Command("go", "build", "-gcflags=-S", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, listing)
	}
	_, loop, found := strings.Cut(string(listing), "vm.(*State).loop STEXT")
	if !found {
		t.Fatal("no run loop in the listing")
	}
	var way []string // since the last jump
	for line := range strings.Lines(loop) {
		m := asmLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			continue
		}
		code := m[1]
		if indirectJump.MatchString(code) {
			checkDispatch(t, way)
			return
		}
		if way = append(way, code); strings.HasPrefix(code, "JMP\t") {
			way = nil
		}
	}
	t.Fatal("no dispatch in the run loop")
}

func checkDispatch(t *testing.T, way []string) {
	for _, code := range way {
		if stackStore.MatchString(code) {
			t.Errorf("the dispatch spills: %s", code)
		}
	}
	if len(way) == 0 {
		t.Error("the way to the dispatch is not seen")
	}
}
