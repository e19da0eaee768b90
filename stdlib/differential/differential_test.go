// Package differential compares the machine with the reference interpreter:
// programs of a generator, expressions, and programs spoilt token by token run
// on both, and what they print and the text of their errors must be the same to
// the byte.
package differential

import (
	"bytes"
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
	"lunarium/stdlib"
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
	"library":     {"free", calls},
	"numerals":    {"free", readings},
}

func TestAsReference(t *testing.T) {
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
	path := filepath.Join(t.TempDir(), "programs")
	var b bytes.Buffer
	for _, text := range texts {
		fmt.Fprintf(&b, "%d %s\n%s\n", len(text), kind, text)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	want, got := onReference(t, lua, path), onMachine(t, path)
	if len(want) != len(texts) || len(got) != len(texts) {
		t.Errorf("%d programs, the reference ran %d, the machine %d", len(texts), len(want), len(got))
	}
	for i := range min(len(want), len(got)) {
		if want[i] == got[i] || strings.Contains(want[i], "too many instructions") {
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
}

// firstDifference shows the first line that differs.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\nreference: %s\nmachine:   %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines on the reference, %d on the machine", len(a), len(b))
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
	if err != nil {
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
	host := &stdlib.Host{
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
	stdlib.Open(s, host)
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
	if status := s.Resume(task); status != vm.StatusOK {
		t.Errorf("the machine: status %d: %v", status, task.Failure())
	}
	return outcomes(out.Bytes())
}
