package luacli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

// run is one run of plain Lua: options and input, and what comes of them.
type run struct {
	args          string // words
	in            string
	out, err      string
	status        int
	variable, was string // an environment variable
}

// versionLine is what -v says.
const versionLine = "Lunarium 7.1  Lua 5.2, the language of Lua.org, PUC-Rio"

var runs = map[string]run{
	"code":          {args: "-e print(1) -eprint(2)", out: "1\n2\n"},
	"input":         {in: "#!lua\nprint(debug.getinfo(1).currentline, arg)", out: "2\tnil\n"},
	"dash":          {args: "- a b", in: "print(arg[0], arg[-1], ...)", out: "-\tlua\ta\tb\n"},
	"arguments":     {args: "-e x=1 -- script.lua a", out: "script.lua\t--\tx=1\t-e\tlua\tlunarium\ta\n"},
	"module":        {args: "-l module -lstring -e print(module,string.len)", out: "17\tfunction: builtin\n"},
	"no module":     {args: "-lnone", err: "lunarium: module 'none' not found:\n\tno field package.preload['none']\n\tno file './none.lua'\n\tno file './none/init.lua'\nstack traceback:\n\t[C]: in function '_G.require'\n\t[C]: in ?\n", status: usage.ExitFailed},
	"no file":       {args: "none.lua", err: "lunarium: cannot open none.lua: No such file or directory\n", status: usage.ExitFailed},
	"syntax":        {args: "-e x=", err: "lunarium: (command line):1: unexpected symbol near <eof>\n", status: usage.ExitFailed},
	"error":         {args: "-e error('a')", err: "lunarium: (command line):1: a\nstack traceback:\n\t[C]: in function 'error'\n\t(command line):1: in main chunk\n\t[C]: in ?\n", status: usage.ExitFailed},
	"error value":   {args: "-e error{}", err: "lunarium: (no error message)\n", status: usage.ExitFailed},
	"error nil":     {args: "-e error()", status: usage.ExitFailed},
	"error object":  {args: "-e error(setmetatable({},{__tostring=function()return(debug.getinfo(4).currentline)end}))", err: "lunarium: 1\n", status: usage.ExitFailed},
	"option":        {args: "-x", err: "lunarium: unrecognized option '-x'\n" + usageText(), status: usage.ExitUsage},
	"no value":      {args: "-e -v", err: "lunarium: '-e' needs argument\n" + usageText(), status: usage.ExitUsage},
	"memory limit":  {args: "--memlimit 2MB -e print(pcall(string.rep,'x',1e9))", out: "false\tnot enough memory\n"},
	"no memory":     {args: "--memlimit 2MB -e t={}while(true)do(t)[#t+1]={}end", err: "lunarium: not enough memory\n", status: usage.ExitFailed},
	"no limit":      {args: "--memlimit much", err: "lunarium: \"much\" is no size; write it like 64MB\n" + usageText(), status: usage.ExitUsage},
	"end":           {args: "-e x=setmetatable({},{__gc=function(x)print(#x)end})y=setmetatable({1},getmetatable(x))z=setmetatable({},{__gc=error}) -e error('a',0)", out: "1\n0\n", err: "lunarium: a\nstack traceback:\n\t[C]: in function 'error'\n\t(command line):1: in main chunk\n\t[C]: in ?\n", status: usage.ExitFailed},
	"version":       {args: "-v", out: versionLine + "\n"},
	"interactive":   {args: "-i", in: "=1,nil\nx=\n2\n=)\n=x", out: versionLine + "\n> 1\tnil\n> >> > > 2\n> \n", err: "stdin:1: unexpected symbol near ')'\n"},
	"prompt":        {args: "-e _PROMPT='?' -i", in: "x=1", out: versionLine + "\n??\n"},
	"initial":       {args: "-e print(x)", variable: "LUA_INIT", was: "x=3", out: "3\n"},
	"initial file":  {args: "-v", variable: "LUA_INIT_5_2", was: "@module.lua", out: versionLine + "\nmodule\n"},
	"initial fails": {args: "-v", variable: "LUA_INIT", was: "x", out: versionLine + "\n", err: "lunarium: LUA_INIT:1: syntax error near <eof>\n", status: usage.ExitFailed},
	"ignored":       {args: "-E -e print(x)", variable: "LUA_INIT", was: "x=3", out: "nil\n"},
	"path":          {args: "-e print(package.path)", variable: "LUA_PATH", was: "a;;b", out: "a;./?.lua;./?/init.lua;b\n"},
	"library path":  {args: "-e print(package.cpath)", variable: "LUA_CPATH", was: "c", out: "c\n"},
	"yield":         {args: "-e coroutine.yield()", err: "lunarium: attempt to yield from outside a coroutine\nstack traceback:\n\t[C]: in function 'yield'\n\t(command line):1: in main chunk\n\t[C]: in ?\n", status: usage.ExitFailed},
}

// TestLua runs the command line of plain Lua. Where no other line says so, the
// reference interpreter does the same, but for its name.
func TestLua(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"module.lua": "if ... then return 17 end print('module', ...)",
		"script.lua": "print(arg[0], arg[-1], arg[-2], arg[-3], arg[-4], arg[-5], ...)",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range runs {
		t.Run(name, func(t *testing.T) {
			if c.variable != "" {
				t.Setenv(c.variable, c.was)
			}
			in := filepath.Join(t.TempDir(), "in")
			if err := os.WriteFile(in, []byte(c.in), 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := os.Open(in)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			var out, complaint strings.Builder
			status := Run(strings.Fields(c.args), Program{Streams: usage.Streams{Program: "lunarium", In: file, Out: &out, Err: &complaint}, Version: "7.1"})
			got := run{args: c.args, in: c.in, out: addressless(out.String()), err: complaint.String(), status: status, variable: c.variable, was: c.was}
			if diff := cmp.Diff(c, got, cmp.AllowUnexported(run{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// addressless hides the address of a function.
func addressless(s string) string {
	before, after, found := strings.Cut(s, "function: 0x")
	if !found {
		return s
	}
	return before + "function: builtin" + strings.TrimLeft(after, "0123456789abcdef")
}

func TestCalled(t *testing.T) {
	for program, want := range map[string]bool{"/usr/bin/lua": true, "lua5.2": true, "./lunarium": false} {
		if Called(program) != want {
			t.Errorf("%s: %v", program, !want)
		}
	}
}
