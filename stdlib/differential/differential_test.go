// Package differential compares the machine with the reference interpreter:
// programs of a generator, expressions, and programs spoilt token by token run
// on both, and what they print and the text of their errors must be the same to
// the byte.
package differential

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

var (
	programs = flag.Int("programs", 300, "how many programs of each sort are compared with lua5.2")
	seed     = flag.Int64("seed", 1, "where the generator begins")
	show     = flag.Bool("show", false, "show the programs and run none")
	keep     = flag.String("keep", "", "a directory for the programs that differ")
)

const driver = "../../testdata/lua/differential/driver.lua"

// sort is a way to make programs.
type sort struct {
	kind string // as the driver knows it
	make func(random *rand.Rand) string
}

var sorts = map[string]sort{
	"programs":    {"free", program},
	"expressions": {"free", expressions},
	"spoilt":      {"bounded", spoilt},
	"library":     {"enclosed", calls},
	"numerals":    {"free", readings},
	"strains":     {"strained", strains},
}

func TestAsReference(t *testing.T) {
	if testing.Short() {
		t.Skip("compares many programs")
	}
	lua, err := exec.LookPath("lua5.2")
	if err != nil {
		t.Skip("lua5.2 is not installed")
	}
	for name, s := range sorts {
		t.Run(name, func(t *testing.T) {
			const batch = 500
			for done := 0; done < *programs; done += batch {
				var texts []string
				for i := range min(batch, *programs-done) {
					texts = append(texts, s.make(rand.New(rand.NewSource(*seed+int64(done+i)))))
				}
				compare(t, lua, s.kind, name, done, texts)
			}
		})
	}
}

// compare runs programs on both sides and reports those that differ.
func compare(t *testing.T, lua, kind, name string, first int, texts []string) {
	t.Helper()
	if *show {
		t.Log(strings.Join(texts, "\n-----\n"))
		return
	}
	for len(texts) > 0 {
		n := compareUntilCrash(t, lua, kind, name, first, texts)
		texts, first = texts[n:], first+n
	}
}

// compareUntilCrash does the work for the programs up to one that crashes the
// reference, which some do, and gives their number.
func compareUntilCrash(t *testing.T, lua, kind, name string, first int, texts []string) int {
	t.Helper()
	path := filepath.Join(t.TempDir(), "programs")
	var b bytes.Buffer
	for _, text := range texts {
		fmt.Fprintf(&b, "%d %s\n%s\n", len(text), kind, text)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	want, got := onReference(t, lua, path), onMachine(t, path)
	if len(got) != len(texts) {
		t.Errorf("%d programs, the machine ran %d", len(texts), len(got))
	}
	for i := range min(len(want), len(got)) {
		if want[i] == got[i] || explained(want[i], got[i]) {
			continue
		}
		t.Errorf("seed %d differs:\n%s\n%s", *seed+int64(first+i), firstDifference(want[i], got[i]), texts[i])
		if *keep != "" {
			file := filepath.Join(*keep, fmt.Sprintf("%s%d.lua", name, *seed+int64(first+i)))
			if err := os.WriteFile(file, []byte(texts[i]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return min(len(want)+1, len(texts))
}

// explained tells whether a difference is one of those that docs/conformance.md
// lists: where the reference's C stack overflows, the sign of what is no number,
// which moves what is padded or cut, counts beyond 2^31, and what the library's own
// frames hold.
func explained(want, got string) bool {
	if strings.Contains(want, "too many instructions") || strings.Contains(want, "C stack overflow") {
		return true
	}
	_, a, b := firstDifferent(want, got)
	// The machine may call a failing handler once less.
	if strings.Contains(b, "\tfalse\terror in error handling") && strings.HasSuffix(want, "\n"+a+"\n"+got[strings.LastIndex(got, b):]) {
		return true
	}
	return strings.Contains(a, "nan") && strings.Contains(b, "nan") || strings.Contains(b, "resulting string too large") ||
		strings.Contains(a, "too complex near") && strings.Contains(b, "too complex near") || strings.Contains(a, "(*temporary)") || strings.Contains(b, "(*temporary)")
}

// firstDifference shows the first line that differs.
func firstDifference(want, got string) string {
	line, a, b := firstDifferent(want, got)
	return fmt.Sprintf("line %d\nreference: %s\nmachine:   %s", line, a, b)
}

func firstDifferent(want, got string) (line int, inWant, inGot string) {
	for {
		a, restA, moreA := strings.Cut(want, "\n")
		b, restB, moreB := strings.Cut(got, "\n")
		line++
		if a != b || !moreA || !moreB {
			return line, a, b
		}
		want, got = restA, restB
	}
}

// addresses are what the two sides can't agree on, and the sign of what is no
// number where both operands are none.
var (
	addresses = regexp.MustCompile(`0x[0-9a-f]{8,}`)
	signs     = regexp.MustCompile(`[-+]nan`)
)

// aliases are names that the reference finds in whatever order.
var aliases = strings.NewReplacer("'loadstring'", "'load'", "'table.unpack'", "'unpack'")

// outcomes splits what the driver writes, program by program.
func outcomes(out []byte) []string {
	out = signs.ReplaceAll(addresses.ReplaceAll(out, []byte("0xADDRESS")), []byte("nan"))
	text := strings.ReplaceAll(string(out), "'_G.", "'")
	return strings.Split(aliases.Replace(text), "=====\n")[1:]
}

func onReference(t *testing.T, lua, path string) []string {
	t.Helper()
	var complaint bytes.Buffer
	command := exec.Command(lua, driver, path)
	command.Stderr = &complaint
	out, err := command.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() < 0:
		t.Logf("the reference crashes: %v", err)
	case err != nil:
		t.Errorf("the reference: %v: %s", err, complaint.String())
	}
	return outcomes(out)
}

// onMachine runs the driver here, from a Go function, as lua5.2 runs it from C.
func onMachine(t *testing.T, path string) []string {
	t.Helper()
	var out bytes.Buffer
	loader := vm.NewLoader(0)
	s := vm.NewState(vm.Config{})
	host := &lua.Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Now: time.Now, CPU: func() time.Duration { return 0 }, Exit: func(int) {},
		Getenv: func(string) (string, bool) { return "", false }, ReadFile: os.ReadFile,
		Compile: func(name string, source []byte, stop func() bool) (*vm.Code, error) {
			p, err := compile.Chunk(name, source, stop)
			if err != nil {
				return nil, err
			}
			return loader.Load(p), nil
		},
	}
	lua.Open(s, host)
	source, err := os.ReadFile(driver)
	if err != nil {
		t.Fatal(err)
	}
	code, err := host.Compile("@"+driver, source, nil)
	if err != nil {
		t.Fatal(err)
	}
	main := s.NewClosure(code, vm.TableValue(s.Globals))
	task := s.NewTask(s.NewFunction("main", func(t *vm.Thread) int { return t.CallThen(main, t.Args(1), nil) }), vm.String(path))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Errorf("the machine: status %d: %v", status, task.AsTask().Failure())
	}
	return outcomes(out.Bytes())
}
