package compile

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/bytecode"
)

// programs returns all Lua files under testdata/lua.
func programs(t testing.TB) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("../../testdata/lua", func(path string, _ os.DirEntry, err error) error {
		if filepath.Ext(path) == ".lua" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d programs: %v", len(files), err)
	}
	return files
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// reference finds a program of the reference implementation.
func reference(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("the reference %s is not installed", name)
	}
	return path
}

// TestSameCode compares whole chunks with those of luac, names and lines kept
// and stripped. A file that luac refuses must be refused here in its words.
func TestSameCode(t *testing.T) {
	luac := reference(t, "luac5.2")
	out := filepath.Join(t.TempDir(), "out.luac")
	for _, file := range programs(t) {
		p, err := File(file, readFile(t, file))
		for _, flag := range []string{"--", "-s"} {
			var complaint bytes.Buffer
			cmd := exec.Command(luac, "-o", out, flag, file)
			cmd.Stderr = &complaint
			if cmd.Run() != nil {
				if want := strings.TrimSpace(complaint.String()); err == nil || luac+": "+err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if !bytes.Equal(readFile(t, out), bytecode.Dump(p, flag == "-s")) {
				t.Errorf("%s %s: differs from luac's chunk", file, flag)
			}
		}
	}
}

func TestChunkName(t *testing.T) {
	const text = "return function() return function() end end"
	p, err := Source(text, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for ; ; p = p.Protos[0] {
		if p.Source != text {
			t.Errorf("source %q", p.Source)
		}
		if len(p.Protos) == 0 {
			break
		}
	}
}

func TestFile(t *testing.T) {
	lineOf := func(content string) int {
		t.Helper()
		p, err := File("x.lua", []byte(content))
		if err != nil {
			t.Fatalf("%q: %v", content, err)
		}
		if p.Source != "@x.lua" {
			t.Errorf("%q: source %q", content, p.Source)
		}
		return p.Line(len(p.Code) - 2)
	}
	for content, want := range map[string]int{
		"return 1":                             1,
		"#!/usr/bin/lua\nreturn 1":             2,
		"\ufeffreturn 1":                       1,
		"\ufeff#!/usr/bin/lua\r\n\nreturn 1\n": 3,
	} {
		if got := lineOf(content); got != want {
			t.Errorf("%q: line %d, want %d", content, got, want)
		}
	}
	if _, err := File("x.lua", []byte("#only a comment")); err != nil {
		t.Error(err)
	}
	if _, err := Source("@x.lua", []byte("#!/usr/bin/lua\nreturn 1")); err == nil {
		t.Error("Source skips a comment that only files have")
	}
}

func TestFilePrecompiled(t *testing.T) {
	p, err := Source("@origin.lua", []byte("return 1"))
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytecode.Dump(p, false)
	for _, content := range [][]byte{chunk, append([]byte("#!lua\n"), chunk...)} {
		got, err := File("x.luac", content)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Error(diff)
		}
	}
	_, err = File("x.luac", chunk[:20])
	var format *bytecode.FormatError
	if !errors.As(err, &format) || err.Error() != "x.luac: truncated precompiled chunk" {
		t.Error(err)
	}
	var syntax *SyntaxError
	if _, err := Source("=x", chunk); !errors.As(err, &syntax) {
		t.Errorf("Source takes a precompiled chunk: %v", err)
	}
}

// TestConstants checks what go-lua alone would refuse or misread.
func TestConstants(t *testing.T) {
	inf := math.Inf(1)
	for source, want := range map[string]any{
		`1e999999`:                        inf,
		`0x1p99999`:                       inf,
		`-1e400`:                          -inf,
		`1e-999999`:                       0.0,
		`0x.8`:                            0.5,
		`0x10`:                            16.0,
		`0XA.8p1`:                         21.0,
		`.5e1`:                            5.0,
		`3.`:                              3.0,
		`9007199254740993`:                9007199254740992.0,
		`""`:                              "",
		"'a\x00b'":                        "a\x00b",
		`"\x41\65\z   ` + "\r\n" + `  B"`: "AAB",
		"[[\r\none\r\ntwo\rthree]]":       "one\ntwo\nthree",
		"[==[]]]=]]==]":                   "]]]=]",
		"'\xe9\xff'":                      "\xe9\xff",
		"'a\\\r\nb'":                      "a\nb",
		`'\a\b\f\n\r\t\v\\\"\''`:          "\a\b\f\n\r\t\v\\\"'",
	} {
		p, err := Source("=x", []byte("return "+source))
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		c := p.Constants[0]
		var got any = c.Number
		if c.Kind == bytecode.String {
			got = c.String
		}
		if got != want {
			t.Errorf("%s: got %#v, want %#v", source, got, want)
		}
	}
}

// TestLines checks that what spans lines, or ends them unusually, is counted.
func TestLines(t *testing.T) {
	for source, want := range map[string]int{
		"--[[\r\n\r\n]] return 1":       3,
		"\n\r\n\rreturn 1":              3,
		"\r\rreturn 1":                  3,
		"local s = [[\n\n]] return 1":   3,
		"local s = 'a\\\nb'\nreturn 1":  3,
		"--\n--[==[\n]]\n]==] return 1": 4,
	} {
		p, err := Source("=x", []byte(source))
		if err != nil {
			t.Errorf("%q: %v", source, err)
			continue
		}
		if got := p.Line(len(p.Code) - 2); got != want {
			t.Errorf("%q: line %d, want %d", source, got, want)
		}
	}
}
