package luacli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// This file holds the interpreter: a machine with the libraries, and how it runs chunks.

// input and output are streams that can be exchanged.
type (
	input  struct{ io.Reader }
	output struct{ io.Writer }
)

// interpreter is a machine with the libraries and no node around it.
type interpreter struct {
	program string
	version string
	history string
	loader  *vm.Loader
	state   *vm.State
	// The library's streams and way out, which a prompt replaces.
	in       input
	out, err output
	exit     func(int)
	host     *lua.Host
	// load and loadfile are the library's, whatever becomes of the globals.
	load, loadfile vm.Value
	handler        vm.Value
	signals        signals
}

func newInterpreter(p Program, env environment) *interpreter {
	std := p.Streams
	l := &interpreter{
		program: std.Program, version: p.Version, history: p.History, loader: vm.NewLoader(0, lua.Names(lua.Templates())...), state: vm.NewState(vm.Config{Raised: "interrupted!"}),
		in: input{std.In}, out: output{std.Out}, err: output{std.Err}, exit: os.Exit,
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
		ModulePath: env.path("LUA_PATH", defaultPath),
		Module:     p.Module,
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

func (l *interpreter) compile(name string, source []byte, stop func() bool) (*vm.Code, error) {
	p, err := compile.Chunk(name, source, stop)
	if err != nil {
		return nil, err
	}
	return l.loader.LoadOwned(p), nil
}

// close calls the finalizers of what is left, as lua_close does: errors in them
// are nobody's concern any more.
func (l *interpreter) close() {
	if !l.state.Collector().OwnsFinalizers() {
		return
	}
	l.state.NewTask(l.state.NewFunction("close", func(t *vm.Thread) int {
		t.State().Collector().FinalizeAll(t, func(*vm.Error) {})
		return 0
	})).AsTask().Resume()
}

func (l *interpreter) runString(name, code string) bool {
	return l.runChunk(nil, l.load, vm.String(code), vm.String(name))
}

// runFile runs a file, or the standard input for an empty path.
func (l *interpreter) runFile(path string, args []vm.Value) bool {
	if path == "" {
		return l.runChunk(args, l.loadfile)
	}
	return l.runChunk(args, l.loadfile, vm.String(path))
}

// runChunk loads a chunk by one of the library's functions, and runs it.
func (l *interpreter) runChunk(args []vm.Value, load vm.Value, what ...vm.Value) bool {
	defer l.signals.raise()()
	values, err := l.call(load, what...)
	if err == nil && first(values).IsNil() {
		err = &failure{values[1]}
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

// failure is an error value after the message handler has seen it.
type failure struct{ value vm.Value }

func (f *failure) Error() string {
	if text, ok := vm.ToString(f.value); ok {
		return text
	}
	return "(error object is not a string)"
}

// call calls a function from a Go function, as the reference's main program
// does, with a message handler that adds a traceback. A killed call gives
// vm.ErrKilled.
func (l *interpreter) call(fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
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
		return nil, &failure{values[1]}
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
func (l *interpreter) report(err error) bool {
	var failure *failure
	if !errors.As(err, &failure) || !failure.value.IsNil() {
		fmt.Fprintf(&l.err, "%s: %v\n", l.program, err)
	}
	return false
}
