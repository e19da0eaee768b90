package bytecode

import (
	"bytes"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestListAsLuac compares listings with the reference's, addresses aside.
func TestListAsLuac(t *testing.T) {
	luac, err := exec.LookPath("luac5.2")
	if err != nil {
		t.Skip("the reference compiler luac5.2 is not installed")
	}
	files, err := filepath.Glob("../../testdata/lua/compile/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	dir := t.TempDir()
	for _, file := range files {
		out := filepath.Join(dir, filepath.Base(file))
		want, err := exec.Command(luac, "-l", "-l", "-o", out, file).Output()
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		p, err := Load(readFile(t, out), "@"+file)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		var got bytes.Buffer
		if err := List(&got, p); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(withoutAddresses(want), withoutAddresses(got.Bytes())); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

var (
	place   = regexp.MustCompile(`(?m)( at| for) (0x)?[0-9a-f]+(\)|:)$`)
	closure = regexp.MustCompile(`(CLOSURE .*;).*`)
)

func withoutAddresses(list []byte) string {
	list = place.ReplaceAll(list, []byte("$1 ADDRESS$3"))
	return string(closure.ReplaceAll(list, []byte("$1 ADDRESS")))
}

func TestNumberText(t *testing.T) {
	for n, want := range map[float64]string{
		1: "1", -0.5: "-0.5", 1e14: "1e+14", 99999999999999: "99999999999999", 0.0001: "0.0001",
		0.00001: "1e-05", 1.0 / 3: "0.33333333333333", 1e100: "1e+100", math.Inf(-1): "-inf",
		math.Copysign(0, -1): "-0", 123456.75: "123456.75",
	} {
		if got := numberText(n); got != want {
			t.Errorf("%v: got %s, want %s", n, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	if got, want := quote("a\"b\\\n\x00\x7f\xe9"), `"a\"b\\\n\000\127\233"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
