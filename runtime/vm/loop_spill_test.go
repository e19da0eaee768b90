//go:build amd64

package vm_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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
// run loop is stored onto the stack there, once per instruction. The program is
// built with a profile, which moves code about: both builds are looked at.
func TestDispatchSpillsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the machine twice")
	}
	for name, profile := range map[string]string{"shipped": "../../default.pgo", "without a profile": "off"} {
		t.Run(name, func(t *testing.T) {
			if profile != "off" {
				path, err := filepath.Abs(profile)
				if err != nil {
					t.Fatal(err)
				}
				profile = path
			}
			listing, err := exec.Command("go", "build", "-pgo="+profile, "-gcflags=-S", ".").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, listing)
			}
			checkLoop(t, listing)
		})
	}
}

// checkLoop finds the dispatch of the run loop in the compiler's listing.
func checkLoop(t *testing.T, listing []byte) {
	t.Helper()
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

var (
	loopCall  = regexp.MustCompile(`\b[ts]\.(\w+)\(`)
	slowPath  = regexp.MustCompile(`(?m)^//go:noinline\nfunc \([ts] \*(?:Thread|State)\) (\w+)\(`)
	loopsOwn  = []string{"current"}
	loopCheck = "check"
)

// A profile lets the compiler put hot slow paths into the loop, which spills then:
// they are marked so that no profile does.
func TestSlowPathsStayOutOfTheLoop(t *testing.T) {
	marked := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range slowPath.FindAllSubmatch(source, -1) {
			marked[string(m[1])] = true
		}
	}
	loop, err := os.ReadFile("loop.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range loopCall.FindAllSubmatch(loop, -1) {
		name := string(m[1])
		if !marked[name] && !slices.Contains(loopsOwn, name) && !strings.HasPrefix(name, loopCheck) {
			t.Errorf("the loop calls %s, which a profile may put into it", name)
		}
	}
}
