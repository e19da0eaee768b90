package lua

import (
	"bytes"
	"fmt"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds load, loadfile and dofile.

// base is the basic functions of one state.
type base struct{ *Libraries }

// chunks turns source text and precompiled code into functions of one state.
type chunks struct{ *Libraries }

func (l *Libraries) chunks() chunks { return chunks{l} }

const signature = "\x1bLua"

// scope is what a chunk's first upvalue becomes: a value that the caller named,
// or the globals, which a function dumped with more than one upvalue doesn't get.
type scope struct {
	env   vm.Value
	named bool
}

func (c chunks) globals() scope { return scope{env: vm.TableValue(c.state.Globals)} }

// scope takes argument i, when it is there, for a named scope.
func (c chunks) scope(t *vm.Thread, i int) scope {
	if t.NArgs() >= i {
		return scope{t.Arg(i), true}
	}
	return c.globals()
}

// compile gives the function of a chunk. mode says what is allowed: "b" for
// precompiled code, "t" for text.
func (c chunks) compile(t *vm.Thread, name string, source []byte, mode string, env scope) (vm.Value, error) {
	kind := "text"
	if bytes.HasPrefix(source, []byte(signature[:1])) {
		kind = "binary"
	}
	if !strings.Contains(mode, kind[:1]) {
		return vm.Nil, fmt.Errorf("attempt to load a %s chunk (mode is '%s')", kind, mode)
	}
	code, err := c.host().Compile(name, source, t.Killed)
	t.Poll()
	if err != nil {
		return vm.Nil, err
	}
	t.Take(code.OwnedBytes())
	return c.function(code, env), nil
}

// function makes the function of a chunk.
func (c chunks) function(code *vm.Code, env scope) vm.Value {
	fn := c.state.NewClosure(code, env.env)
	if closure := fn.AsClosure(); !env.named && closure.Upvalues() > 1 {
		closure.SetUpvalue(0, vm.Nil)
	}
	return fn
}

// file compiles a file, or the standard input for an empty path; a first line
// that starts with # is skipped.
func (c chunks) file(t *vm.Thread, path, mode string, env scope) (vm.Value, error) {
	var source []byte
	var err error
	name := "@" + path
	if known := c.known(path); known != nil {
		return c.function(known, env), nil
	}
	if path == "" {
		name = "=stdin"
		source, err = readAll(t, c.host().Stdin)
	} else {
		source, err = c.readFile(t, path)
	}
	if err != nil {
		text, _ := strerror(err)
		return vm.Nil, fmt.Errorf("cannot open %s: %s", name[1:], text)
	}
	fn, err := c.compile(t, name, skipShebang(source), mode, env)
	if loaded := c.host().Loaded; err == nil && loaded != nil && path != "" {
		loaded(path, fn.AsClosure().Code())
	}
	return fn, err
}

// known gives the code that somebody knows a file to hold; nil: it is to be read.
func (l *Libraries) known(path string) *vm.Code {
	if known := l.host().Known; known != nil {
		return known(path)
	}
	return nil
}

// skipShebang drops a byte order mark and a first line that starts with #. The
// end of that line stays, so that line numbers do.
func skipShebang(source []byte) []byte {
	source = bytes.TrimPrefix(source, []byte("\xef\xbb\xbf"))
	if len(source) == 0 || source[0] != '#' {
		return source
	}
	i := bytes.IndexByte(source, '\n')
	if i < 0 {
		return nil
	}
	if bytes.HasPrefix(source[i+1:], []byte(signature)) {
		return source[i+1:]
	}
	return source[i:]
}

func failed(t *vm.Thread, err error) int {
	return t.Return(vm.Nil, vm.String(err.Error()))
}

// firstTry is how much text a reader gives before load looks whether it can be
// anything; then at each doubling.
const firstTry = 4096

// maxRead is how much a reader may give, in bytes.
const maxRead = 1 << 28

// hopeless tells that no more text can make a chunk of source, so that a reader
// that never ends is not asked for ever.
func (c chunks) hopeless(t *vm.Thread, name string, source []byte) bool {
	if bytes.HasPrefix(source, []byte(signature[:1])) {
		return false
	}
	_, err := c.host().Compile(name, source, t.Killed)
	t.Poll()
	return err != nil && !strings.HasSuffix(err.Error(), "near <eof>")
}

func (b base) load(t *vm.Thread) int {
	mode := t.OptString(3, "bt")
	env := b.chunks().scope(t, 4)
	if source, ok := vm.ToString(t.Arg(1)); ok {
		fn, err := b.chunks().compile(t, t.OptString(2, source), []byte(source), mode, env)
		if err != nil {
			return failed(t, err)
		}
		return t.Return(fn)
	}
	name := t.OptString(2, "=(load)")
	reader := t.CheckFunction(1)
	var source []byte
	// The calls of the reader let go of load's arguments: its upvalue keeps env.
	protect := t.State().NewGoClosure("pcall", pcall, env.env)
	tried := firstTry
	var step func(t *vm.Thread) int
	// Each piece is fetched by pcall: load returns a reader's error as its own.
	step = func(t *vm.Thread) int {
		if !t.Arg(1).Truth() {
			return t.Return(vm.Nil, t.Arg(2))
		}
		piece, ok := vm.ToString(t.Arg(2))
		if !ok && !t.Arg(2).IsNil() {
			return t.Return(vm.Nil, vm.String(t.Where(1)+"reader function must return a string"))
		}
		if piece != "" {
			source = put(t, source, piece)
			if len(source) > maxRead {
				return t.Return(vm.Nil, vm.String("chunk too large"))
			}
			if len(source) < tried {
				return t.CallAgain(protect, []vm.Value{reader}, step)
			}
			tried = 2 * len(source)
			if !b.chunks().hopeless(t, name, source) {
				return t.CallAgain(protect, []vm.Value{reader}, step)
			}
		}
		fn, err := b.chunks().compile(t, name, source, mode, env)
		if err != nil {
			return failed(t, err)
		}
		return t.Return(fn)
	}
	return t.CallThen(protect, []vm.Value{reader}, step)
}

func (b base) loadfile(t *vm.Thread) int {
	fn, err := b.chunks().file(t, t.OptString(1, ""), t.OptString(2, "bt"), b.chunks().scope(t, 3))
	if err != nil {
		return failed(t, err)
	}
	return t.Return(fn)
}

func (b base) dofile(t *vm.Thread) int {
	fn, err := b.chunks().file(t, t.OptString(1, ""), "bt", b.chunks().globals())
	if err != nil {
		t.Throw(vm.String(err.Error()))
	}
	return t.CallThen(fn, nil, nil)
}
