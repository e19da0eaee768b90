package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lunarium/console/line"
	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib"
	"lunarium/stdlib/cache"
	"lunarium/stdlib/lua"
)

// calledLua tells whether the program was called by the name of the reference
// interpreter, by a link such as lua or lua5.2: then it is one.
func calledLua(program string) bool {
	return strings.HasPrefix(filepath.Base(program), "lua")
}

// runLua is "lunarium lua": plain Lua, no services, with the options and the
// behaviour of the reference interpreter (lua.c). A terminal without a script is
// a prompt.
func runLua(args []string, std Streams) int {
	argv := append([]string{std.Program, "lua"}, args...)
	if calledLua(std.Program) {
		argv = append(argv[:1:1], args...)
	}
	o, err := parseLuaOptions(argv, len(argv)-len(args))
	if err != nil {
		fmt.Fprintf(std.Err, "%s: %v\n%s", std.Program, err, luaUsage())
		return exitUsage
	}
	terminal := line.IsTerminal(std.In)
	if o.version {
		fmt.Fprintln(std.Out, luaVersion)
	}
	l := newPlainLua(std, o.environment())
	defer l.close()
	l.state.Memory().SetLimit(o.memLimit)
	if l.initialise(o) && l.runSteps(o.steps) && l.runScript(o, terminal) {
		if o.interactive || o.prompts(terminal) {
			return l.converse(std, terminal)
		}
		return exitOK
	}
	return exitFailed
}

// luaInput and luaOutput are streams that can be exchanged.
type (
	luaInput  struct{ io.Reader }
	luaOutput struct{ io.Writer }
)

// plainLua is a machine with the libraries and no node around it.
type plainLua struct {
	program string
	loader  *vm.Loader
	state   *vm.State
	// The library's streams and way out, which a prompt replaces.
	in       luaInput
	out, err luaOutput
	exit     func(int)
	host     *lua.Host
	// load and loadfile are the library's, whatever becomes of the globals.
	load, loadfile vm.Value
	handler        vm.Value
	signals        luaSignals
}

func newPlainLua(std Streams, env environment) *plainLua {
	l := &plainLua{
		program: std.Program, loader: vm.NewLoader(0, lua.Names(lua.Templates())...), state: vm.NewState(vm.Config{Raised: "interrupted!"}),
		in: luaInput{std.In}, out: luaOutput{std.Out}, err: luaOutput{std.Err}, exit: os.Exit,
	}
	l.host = &lua.Host{
		Stdin: &l.in, Stdout: &l.out, Stderr: &l.err,
		Child:      [3]*os.File{std.In, asFile(std.Out), asFile(std.Err)},
		Now:        time.Now,
		CPU:        lua.ProcessorTime,
		Exit:       func(code int) { l.exit(code) },
		Getenv:     os.LookupEnv,
		Compile:    l.compile,
		ReadFile:   os.ReadFile,
		ModulePath: env.path("LUA_PATH", defaultLuaPath),
		Module:     (&stdlib.Modules{Caches: new(cache.Stores), Data: defaultData}).Find,
		Chdir:      os.Chdir,
	}
	l.signals.state = l.state
	l.host.LeaveInterrupts = l.signals.leave
	lua.Open(l.state, l.host)
	global := l.state.Globals.GetString
	global("package").AsTable().SetString("cpath", vm.String(env.path("LUA_CPATH", "")))
	l.load, l.loadfile = global("load"), global("loadfile")
	l.handler = l.state.NewFunction("traceback", explainError)
	return l
}

// asFile gives the file that w is, or nil.
func asFile(w io.Writer) *os.File {
	f, _ := w.(*os.File)
	return f
}

func (l *plainLua) compile(name string, source []byte, stop func() bool) (*vm.Code, error) {
	p, err := compile.Chunk(name, source, stop)
	if err != nil {
		return nil, err
	}
	return l.loader.LoadOwned(p), nil
}

// close calls the finalizers of what is left, as lua_close does: errors in them
// are nobody's concern any more.
func (l *plainLua) close() {
	if !l.state.Collector().OwnsFinalizers() {
		return
	}
	l.state.NewTask(l.state.NewFunction("close", func(t *vm.Thread) int {
		t.State().Collector().FinalizeAll(t, func(*vm.Error) {})
		return 0
	})).AsTask().Resume()
}

// initialise does what LUA_INIT says: code, or a file behind an @.
func (l *plainLua) initialise(o *luaOptions) bool {
	name, code := o.environment().initial()
	if path, isFile := strings.CutPrefix(code, "@"); isFile {
		return l.runFile(path, nil)
	}
	return code == "" || l.runString("="+name, code)
}

// runSteps does what the options -e and -l say, in their order.
func (l *plainLua) runSteps(steps []luaStep) bool {
	for _, s := range steps {
		if s.module == "" {
			if !l.runString("=(command line)", s.code) {
				return false
			}
			continue
		}
		values, err := l.call(l.state.Globals.GetString("require"), vm.String(s.module))
		if err != nil {
			return l.report(err)
		}
		l.state.Globals.SetString(s.module, first(values))
	}
	return true
}

// runScript runs the script, or the standard input when there is nothing else to do.
func (l *plainLua) runScript(o *luaOptions, terminal bool) bool {
	if o.script < 0 {
		return !o.nothingElse() || terminal || l.runFile("", nil)
	}
	arg := l.state.NewTable(len(o.argv), 0)
	for i, a := range o.argv {
		arg.SetInt(i-o.script, vm.String(a))
	}
	l.state.Globals.SetString("arg", vm.TableValue(arg))
	var values []vm.Value
	for _, a := range o.argv[o.script+1:] {
		values = append(values, vm.String(a))
	}
	path := o.argv[o.script]
	if path == "-" && o.argv[o.script-1] != "--" {
		path = ""
	}
	return l.runFile(path, values)
}

func (l *plainLua) runString(name, code string) bool {
	return l.runChunk(nil, l.load, vm.String(code), vm.String(name))
}

// runFile runs a file, or the standard input for an empty path.
func (l *plainLua) runFile(path string, args []vm.Value) bool {
	if path == "" {
		return l.runChunk(args, l.loadfile)
	}
	return l.runChunk(args, l.loadfile, vm.String(path))
}

// runChunk loads a chunk by one of the library's functions, and runs it.
func (l *plainLua) runChunk(args []vm.Value, load vm.Value, what ...vm.Value) bool {
	defer l.signals.raise()()
	values, err := l.call(load, what...)
	if err == nil && first(values).IsNil() {
		err = &luaFailure{values[1]}
	}
	if err == nil {
		_, err = l.call(values[0], args...)
	}
	return err == nil || l.report(err)
}

func first(values []vm.Value) vm.Value {
	if len(values) == 0 {
		return vm.Nil
	}
	return values[0]
}

// luaFailure is an error value after the message handler has seen it.
type luaFailure struct{ value vm.Value }

func (f *luaFailure) Error() string {
	if text, ok := vm.ToString(f.value); ok {
		return text
	}
	return "(error object is not a string)"
}

// call calls a function from a Go function, as the reference's main program
// does, with a message handler that adds a traceback. A killed call gives
// vm.ErrKilled.
func (l *plainLua) call(fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
	task := l.state.NewTask(l.state.NewFunction("main", func(t *vm.Thread) int {
		return t.Protect(fn, args, l.handler)
	}))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		if failure := task.AsTask().Failure(); failure != nil {
			return nil, failure
		}
		return nil, errors.New("the code waits for something that never comes")
	}
	values := task.AsTask().Results()
	if !values[0].Truth() {
		return nil, &luaFailure{values[1]}
	}
	return values[1:], nil
}

// explainError is the message handler: a text gets a traceback, another value
// is asked for its text.
func explainError(t *vm.Thread) int {
	v := t.Arg(1)
	if text, ok := vm.ToString(v); ok {
		return t.Return(vm.String(t.Debug().Traceback(text, 1)))
	}
	if v.IsNil() {
		return t.Return(v)
	}
	if handler := t.State().MetaField(v, "__tostring"); !handler.IsNil() {
		return t.CallThen(handler, []vm.Value{v}, func(t *vm.Thread) int { return t.Return(t.Arg(1)) })
	}
	return t.Return(vm.String("(no error message)"))
}

// report writes what went wrong, unless it is the error value nil, and gives false.
func (l *plainLua) report(err error) bool {
	var failure *luaFailure
	if !errors.As(err, &failure) || !failure.value.IsNil() {
		fmt.Fprintf(&l.err, "%s: %v\n", l.program, err)
	}
	return false
}
