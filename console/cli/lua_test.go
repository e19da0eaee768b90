package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// luaRun is one run of plain Lua: options and input, and what comes of them.
type luaRun struct {
	args          string // words
	in            string
	out, err      string
	status        int
	variable, was string // an environment variable
}

var luaRuns = map[string]luaRun{
	"code":          {args: "-e print(1) -eprint(2)", out: "1\n2\n"},
	"input":         {in: "#!lua\nprint(debug.getinfo(1).currentline, arg)", out: "2\tnil\n"},
	"dash":          {args: "- a b", in: "print(arg[0], arg[-1], ...)", out: "-\tlua\ta\tb\n"},
	"arguments":     {args: "-e x=1 -- script.lua a", out: "script.lua\t--\tx=1\t-e\tlua\tlunarium\ta\n"},
	"module":        {args: "-l module -lstring -e print(module,string.len)", out: "17\tfunction: builtin\n"},
	"no module":     {args: "-lnone", err: "lunarium: module 'none' not found:\n\tno field package.preload['none']\n\tno file './none.lua'\n\tno file './none/init.lua'\nstack traceback:\n\t[C]: in function '_G.require'\n\t[C]: in ?\n", status: exitFailed},
	"no file":       {args: "none.lua", err: "lunarium: cannot open none.lua: No such file or directory\n", status: exitFailed},
	"syntax":        {args: "-e x=", err: "lunarium: (command line):1: unexpected symbol near <eof>\n", status: exitFailed},
	"error":         {args: "-e error('a')", err: "lunarium: (command line):1: a\nstack traceback:\n\t[C]: in function 'error'\n\t(command line):1: in main chunk\n\t[C]: in ?\n", status: exitFailed},
	"error value":   {args: "-e error{}", err: "lunarium: (no error message)\n", status: exitFailed},
	"error nil":     {args: "-e error()", status: exitFailed},
	"error object":  {args: "-e error(setmetatable({},{__tostring=function()return(debug.getinfo(4).currentline)end}))", err: "lunarium: 1\n", status: exitFailed},
	"option":        {args: "-x", err: "lunarium: unrecognized option '-x'\n" + luaUsage(), status: exitUsage},
	"no value":      {args: "-e -v", err: "lunarium: '-e' needs argument\n" + luaUsage(), status: exitUsage},
	"memory limit":  {args: "--memlimit 2MB -e print(pcall(string.rep,'x',1e9))", out: "false\tnot enough memory\n"},
	"no memory":     {args: "--memlimit 2MB -e t={}while(true)do(t)[#t+1]={}end", err: "lunarium: not enough memory\n", status: exitFailed},
	"no limit":      {args: "--memlimit much", err: "lunarium: \"much\" is no size; write it like 64MB\n" + luaUsage(), status: exitUsage},
	"end":           {args: "-e x=setmetatable({},{__gc=function(x)print(#x)end})y=setmetatable({1},getmetatable(x))z=setmetatable({},{__gc=error}) -e error('a',0)", out: "1\n0\n", err: "lunarium: a\nstack traceback:\n\t[C]: in function 'error'\n\t(command line):1: in main chunk\n\t[C]: in ?\n", status: exitFailed},
	"version":       {args: "-v", out: luaVersion + "\n"},
	"interactive":   {args: "-i", in: "=1,nil\nx=\n2\n=)\n=x", out: luaVersion + "\n> 1\tnil\n> >> > > 2\n> \n", err: "stdin:1: unexpected symbol near ')'\n"},
	"prompt":        {args: "-e _PROMPT='?' -i", in: "x=1", out: luaVersion + "\n??\n"},
	"initial":       {args: "-e print(x)", variable: "LUA_INIT", was: "x=3", out: "3\n"},
	"initial file":  {args: "-v", variable: "LUA_INIT_5_2", was: "@module.lua", out: luaVersion + "\nmodule\n"},
	"initial fails": {args: "-v", variable: "LUA_INIT", was: "x", out: luaVersion + "\n", err: "lunarium: LUA_INIT:1: syntax error near <eof>\n", status: exitFailed},
	"ignored":       {args: "-E -e print(x)", variable: "LUA_INIT", was: "x=3", out: "nil\n"},
	"path":          {args: "-e print(package.path)", variable: "LUA_PATH", was: "a;;b", out: "a;./?.lua;./?/init.lua;b\n"},
	"library path":  {args: "-e print(package.cpath)", variable: "LUA_CPATH", was: "c", out: "c\n"},
	"yield":         {args: "-e coroutine.yield()", err: "lunarium: attempt to yield from outside a coroutine\nstack traceback:\n\t[C]: in function 'yield'\n\t(command line):1: in main chunk\n\t[C]: in ?\n", status: exitFailed},
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
	for name, c := range luaRuns {
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
			args := append([]string{"lua"}, strings.Fields(c.args)...)
			status := Run(args, Streams{Program: "lunarium", In: file, Out: &out, Err: &complaint})
			got := luaRun{args: c.args, in: c.in, out: addressless(out.String()), err: complaint.String(), status: status, variable: c.variable, was: c.was}
			if diff := cmp.Diff(c, got, cmp.AllowUnexported(luaRun{})); diff != "" {
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

func TestCalledLua(t *testing.T) {
	for program, want := range map[string]bool{"/usr/bin/lua": true, "lua5.2": true, "./lunarium": false} {
		if calledLua(program) != want {
			t.Errorf("%s: %v", program, !want)
		}
	}
}

func TestParseSize(t *testing.T) {
	got := map[string]int{}
	for _, s := range []string{"1000", "1k", "2KB", "64MB", "1.5gb", "3G", "100b", "", "MB", "-1MB", "0", "1TB", "1e30", "nan", "inf", "12 MB"} {
		n, err := parseSize(s)
		if err != nil {
			n = -1
		}
		got[s] = n
	}
	want := map[string]int{
		"1000": 1000, "1k": 1 << 10, "2KB": 2 << 10, "64MB": 64 << 20, "1.5gb": 3 << 29, "3G": 3 << 30, "100b": 100,
		"": -1, "MB": -1, "-1MB": -1, "0": -1, "1TB": -1, "1e30": -1, "nan": -1, "inf": -1, "12 MB": -1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
