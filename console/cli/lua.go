package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"lunarium/console/line"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib"
)

// runLua is "lunarium lua [-e CODE] [FILE [ARG...]]": plain Lua, no services. On
// a terminal without either it is a prompt.
func runLua(args []string, std Streams) int {
	script, code := "", ""
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		if args[0] != "-e" || len(args) < 2 {
			fmt.Fprintf(std.Err, "lunarium lua: unknown option %s\nusage: lunarium lua [-e CODE] [FILE [ARG...]]\n", args[0])
			return exitUsage
		}
		code += args[1] + "\n"
		args = args[2:]
	}
	if len(args) > 0 {
		script = args[0]
	}
	if code == "" && script == "" && line.IsTerminal(std.In) {
		return runLuaPrompt(std)
	}
	l := newPlainLua(std.In, std.Out, std.Err, os.Exit)
	l.setArgs(args)
	if code != "" {
		if !l.run("=(command line)", []byte(code), nil) {
			return exitFailed
		}
		if script == "" {
			return exitOK
		}
	}
	name, source, err := readScript(script, std.In)
	if err != nil {
		fmt.Fprintf(std.Err, "lunarium: cannot open %s: %v\n", script, err)
		return exitFailed
	}
	if !l.run(name, source, args) {
		return exitFailed
	}
	return exitOK
}

func readScript(path string, in io.Reader) (name string, source []byte, err error) {
	if path == "" || path == "-" {
		source, err = io.ReadAll(in)
		return "=stdin", source, err
	}
	source, err = os.ReadFile(path)
	return "@" + path, source, err
}

// plainLua is a machine with the libraries and no node around it.
type plainLua struct {
	err    io.Writer
	loader *vm.Loader
	state  *vm.State
}

func newPlainLua(in io.Reader, out, err io.Writer, exit func(int)) *plainLua {
	l := &plainLua{err: err, loader: vm.NewLoader(0), state: vm.NewState(vm.Config{})}
	start := time.Now()
	stdlib.Open(l.state, &stdlib.Host{
		Stdin: in, Stdout: out, Stderr: err,
		Now:        time.Now,
		CPU:        func() time.Duration { return time.Since(start) },
		Exit:       exit,
		Getenv:     os.LookupEnv,
		Compile:    l.compile,
		ReadFile:   os.ReadFile,
		ModulePath: "./?.lua;./?/init.lua",
	})
	return l
}

func (l *plainLua) compile(name string, source []byte) (*vm.Code, error) {
	p, err := compileChunk(name, source)
	if err != nil {
		return nil, err
	}
	return l.loader.Load(p), nil
}

// compileChunk makes verified bytecode of source text or a precompiled chunk.
func compileChunk(name string, source []byte) (*bytecode.Proto, error) {
	if strings.HasPrefix(string(source), "\x1bLua") {
		p, err := bytecode.Load(source, name)
		if err != nil {
			return nil, err
		}
		return p, bytecode.Verify(p)
	}
	return compile.Source(name, source)
}

func (l *plainLua) setArgs(args []string) {
	arg := l.state.NewTable(0, 0)
	for i, a := range args {
		arg.SetInt(i, vm.String(a))
	}
	l.state.Globals.SetString("arg", vm.TableValue(arg))
}

func (l *plainLua) run(name string, source []byte, args []string) bool {
	if strings.HasPrefix(name, "@") && len(source) > 0 && source[0] == '#' {
		if i := strings.IndexByte(string(source), '\n'); i >= 0 {
			source = source[i:]
		}
	}
	code, err := l.compile(name, source)
	if err != nil {
		fmt.Fprintf(l.err, "lunarium: %v\n", err)
		return false
	}
	values := []vm.Value{}
	for _, a := range args[min(1, len(args)):] {
		values = append(values, vm.String(a))
	}
	task := l.state.NewTask(l.state.NewClosure(code, vm.TableValue(l.state.Globals)), values...)
	if l.state.Resume(task) == vm.StatusOK {
		return true
	}
	failure := task.Failure()
	fmt.Fprintf(l.err, "lunarium: %s\n%s\n", failure.Error(), failure.Traceback)
	if failure.GoStack != "" {
		fmt.Fprintln(l.err, failure.GoStack)
	}
	return false
}
