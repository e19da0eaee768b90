package luacli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

// TestCommandsHaveTheStreams runs commands of plain Lua. They read and write
// the files that are the process's own streams, and nothing else of them is read.
func TestCommandsHaveTheStreams(t *testing.T) {
	t.Chdir(t.TempDir())
	script := `
		os.execute("read x; echo command: $x")
		local p = io.popen("read x; echo $x") print("pipe: " .. p:read()) p:close()
		os.execute("true") io.popen("true"):close()
		print("script: " .. io.read())
		io.popen("cat; echo written; echo wrong >&2", "w"):write("to it\n"):close()
		os.execute("test -p /dev/stdout && echo a pipe; echo wrong, too >&2")
		print(io.read())`
	for name, text := range map[string]string{"script.lua": script, "in": "1\n2\n3\n4\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, out, complaint := open(t, "in"), open(t, "out"), open(t, "err")
	status := Run([]string{"script.lua"}, Program{Streams: usage.Streams{Program: "lunarium", In: in, Out: out, Err: complaint}})
	got := map[string]string{"out": content(t, "out"), "err": content(t, "err")}
	want := map[string]string{
		"out": "command: 1\npipe: 2\nscript: 3\nto it\nwritten\n4\n",
		"err": "wrong\nwrong, too\n",
	}
	if diff := cmp.Diff(want, got); diff != "" || status != usage.ExitOK {
		t.Errorf("status %d\n%s", status, diff)
	}
}

func TestPlainLuaChangesItsDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("below", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("below", "m.lua"), []byte("return 'found'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("in", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out := open(t, "out")
	Run([]string{"-e", "print(lfs.chdir('below'), lfs.currentdir():match('[^/]*$'), require 'm') os.execute('basename $(pwd)')"},
		Program{Streams: usage.Streams{Program: "lunarium", In: open(t, "in"), Out: out, Err: out}})
	if diff := cmp.Diff("true\tbelow\tfound\nbelow\n", content(t, out.Name())); diff != "" {
		t.Error(diff)
	}
}

// open opens a file to read and append, which the test closes.
func open(t *testing.T, name string) *os.File {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
