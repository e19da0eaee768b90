//go:build unix

package luacli

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

// interruptedScripts are scripts that are interrupted, with what they say: what the
// reference interpreter says, where that is installed.
var interruptedScripts = []struct{ name, script, out, err string }{
	{"code", `io.popen("kill -INT $PPID"):close() while true do end`, "", "lua: script.lua:1: interrupted!\n"},
	{"caught", `print(pcall(function() io.popen("kill -INT $PPID"):close() while true do end end))`, "false\tscript.lua:1: interrupted!\n", ""},
	{"while a command has the terminal", `print(os.execute("kill -INT $PPID; exit 3")) for i = 1, 1e6 do end print("on")`, "nil\texit\t3\non\n", ""},
	{"the command", `print(os.execute("kill -INT $PPID; kill -INT $$")) for i = 1, 1e6 do end print("on")`, "nil\tsignal\t2\non\n", ""},
	{"after a command", `os.execute("kill -INT $PPID") io.popen("kill -INT $PPID"):close() while true do end`, "", "lua: script.lua:1: interrupted!\n"},
	{"quit keys", `os.execute("kill -QUIT $PPID") print("on")`, "on\n", ""},
}

func TestInterruptedScripts(t *testing.T) {
	reference, _ := exec.LookPath("lua5.2")
	for _, c := range interruptedScripts {
		t.Chdir(t.TempDir())
		if err := os.WriteFile("script.lua", []byte(c.script), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("in", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		check := func(who, out, err string) {
			err, _, _ = strings.Cut(err, "stack traceback:")
			if diff := cmp.Diff([]string{c.out, c.err}, []string{out, err}); diff != "" {
				t.Errorf("%s, %s:\n%s", c.name, who, diff)
			}
		}
		out, complaint := open(t, "out"), open(t, "err")
		Run([]string{"script.lua"}, Program{Streams: usage.Streams{Program: "lua", In: open(t, "in"), Out: out, Err: complaint}})
		check("here", content(t, "out"), content(t, "err"))
		if reference != "" {
			var out, complaint bytes.Buffer
			command := &exec.Cmd{Path: reference, Args: []string{"lua", "script.lua"}, Stdout: &out, Stderr: &complaint}
			_ = command.Run() // a failure is what is looked for
			check("the reference", out.String(), complaint.String())
		}
	}
}
