package lua

import (
	"errors"
	"io"
	"os"
	"strings"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library io, and the methods of files.

// streams is the io library of one state.
type streams struct {
	*Libraries
	standard      [3]vm.Value // io.stdin, io.stdout, io.stderr
	input, output vm.Value    // the default files
}

// fileTemplate is the metatable of files.
var fileTemplate = selfIndexed(vm.NewTemplate("file", fileMethods.Bound(), vm.Library{
	"__gc":       collectFile,
	"__tostring": fileTostring,
}))

// fileMethods are the methods of files.
var fileMethods = kit.Library{Name: "file", Object: true, Functions: []kit.Function{
	kit.Fn("close", "", kit.Asks, `closes the file; of a command, true, "exit" and its code`,
		fileClose),
	kit.Fn("flush", "", kit.Asks, "writes what is still in memory",
		fileFlush),
	kit.Fn("lines", "...", kit.Reads, "gives an iterator over lines, or what the formats say",
		fileLines),
	kit.Fn("read", "...", kit.Asks, `reads a line, or what the formats say: "l", "L", "n", "a", a number of bytes`,
		fileRead),
	kit.Fn("seek", "[whence [, offset]]", kit.Asks, "moves within the file, and gives the position",
		fileSeek),
	kit.Fn("setvbuf", "mode [, size]", kit.Asks, `sets how writing is buffered: "no", "full" or "line"`,
		fileSetvbuf),
	kit.Fn("write", "...", kit.Asks, "writes strings and numbers, and gives the file",
		fileWrite),
}}

// ioFunctions are the functions of the library io.
var ioFunctions = kit.Library{Name: "io", Functions: []kit.Function{
	kit.Fn("close", "[file]", kit.Asks, "closes a file, or the standard output",
		onStreams((*streams).close)),
	kit.Fn("flush", "", kit.Asks, "writes what the standard output still has in memory",
		onStreams((*streams).flush)),
	kit.Fn("input", "[file]", kit.Reads, "gives or sets the standard input",
		onStreams((*streams).setInput)),
	kit.Fn("lines", "[path, ...]", kit.Reads, "gives an iterator over the lines of a file, which is closed at its end",
		onStreams((*streams).lines)),
	kit.Fn("open", "path [, mode]", kit.Asks, "opens a file",
		onStreams((*streams).open)),
	kit.Fn("output", "[file]", kit.Asks, "gives or sets the standard output",
		onStreams((*streams).setOutput)),
	kit.Fn("popen", "command [, mode]", kit.Acts, "starts a command and gives a file to read from it or write to it",
		onStreams((*streams).popen)),
	kit.Fn("read", "...", kit.Asks, "reads from the standard input",
		onStreams((*streams).read)),
	kit.Fn("tmpfile", "", kit.Acts, "opens a new file that goes when it is closed",
		onStreams((*streams).tmpfile)),
	kit.Fn("type", "value", kit.None, `gives "file" or "closed file", or nil when it is no file`,
		ioType),
	kit.Fn("write", "...", kit.Asks, "writes to the standard output",
		onStreams((*streams).write)),
}}

// ioTemplate is the io library (manual section 6.8).
var ioTemplate = vm.NewTemplate("io", ioFunctions.Bound()).
	Make("stdin", standardStream(0)).
	Make("stdout", standardStream(1)).
	Make("stderr", standardStream(2))

// selfIndexed makes a template's tables their own __index.
func selfIndexed(template *vm.Template) *vm.Template {
	return template.Make("__index", Instance(template))
}

func standardStream(i int) func(*vm.State) vm.Value {
	return func(s *vm.State) vm.Value { return ofState(s).files().standard[i] }
}

// onStreams makes a library function of a method.
func onStreams(method func(*streams, *vm.Thread) int) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return method(of(t).files(), t) }
}

// files gives the state's streams, made when they are first needed.
func (l *Libraries) files() *streams {
	if l.streams == nil {
		host := l.host()
		l.streams = &streams{Libraries: l}
		for i, stream := range [3]any{readOnly{host.Stdin}, writeOnly{host.Stdout}, writeOnly{host.Stderr}} {
			f := newFile(stream)
			f.close, f.standard, f.system, f.tried = keepStream, true, host.Child[i], l.state.Isolated()
			u := l.state.NewUserdata(f, nil)
			u.Metatable = l.state.Instance(fileTemplate) // __gc has nothing to do for a standard file
			l.streams.standard[i] = vm.UserdataValue(u)
		}
		l.streams.input, l.streams.output = l.streams.standard[0], l.streams.standard[1]
	}
	return l.streams
}

func keepStream(t *vm.Thread, _ *file) int {
	return t.Return(vm.Nil, vm.String("cannot close standard file"))
}

// readOnly and writeOnly hide what else a standard stream can do.
type (
	readOnly  struct{ io.Reader }
	writeOnly struct{ io.Writer }
)

// wrap gives Lua a file. One that nobody closes is closed by its __gc.
func (l *streams) wrap(f *file) vm.Value {
	f.tried = l.state.Isolated()
	f.account = l.state.NewUserdata(f, l.state.Instance(fileTemplate))
	f.count(0)
	return vm.UserdataValue(f.account)
}

// fileKind are the files in Lua's hands.
var fileKind = kit.Kind[*file]{Name: "FILE*", Over: func(f *file) error {
	if f.close == nil {
		return errClosedFile
	}
	return nil
}}

var errClosedFile = errors.New("attempt to use a closed file")

func asFile(v vm.Value) *file {
	f, _ := fileKind.Of(v)
	return f
}

// checkFile demands an open file as argument 1.
func checkFile(t *vm.Thread) *file { return fileKind.CheckUsable(t, 1) }

// current gives a default file, which must be open.
func current(t *vm.Thread, v vm.Value, name string) *file {
	f := asFile(v)
	if f.close == nil {
		t.Errorf("standard %s file is closed", name)
	}
	return f
}

func ioType(t *vm.Thread) int {
	f := asFile(t.CheckAny(1))
	switch {
	case f == nil:
		return t.Return(vm.Nil)
	case f.close == nil:
		return t.Return(vm.String("closed file"))
	}
	return t.Return(vm.String("file"))
}

func (l *streams) open(t *vm.Thread) int {
	t.CheckString(1)
	mode := t.OptString(2, "r")
	if !validMode(mode) {
		t.ArgError(2, "invalid mode")
	}
	if mode[0] == 'r' && !strings.Contains(mode, "+") {
		return l.openPath(t)
	}
	return openForWriting(t)
}

var openForWriting = kit.Acts.Guard("io.open for writing", onStreams((*streams).openPath))

// openPath is open for a valid mode.
func (l *streams) openPath(t *vm.Thread) int {
	path := t.CheckString(1)
	f, err := openFile(t, path, t.OptString(2, "r"))
	if err != nil {
		return fileResult(t, err, path)
	}
	return t.Return(l.wrap(f))
}

func (l *streams) tmpfile(t *vm.Thread) int {
	give, err := host.TakeFiles(t, 1)
	if err != nil {
		return fileResult(t, err, "")
	}
	stream, err := os.CreateTemp("", "lua_")
	if err != nil {
		give()
		return fileResult(t, err, "")
	}
	// The name goes at once; the file stays as long as it is open.
	if err := os.Remove(stream.Name()); err != nil {
		stream.Close()
		give()
		return fileResult(t, err, stream.Name())
	}
	f := newFile(stream).holds(give)
	f.close, f.system = closeStream, stream
	return t.Return(l.wrap(f))
}

func (l *streams) close(t *vm.Thread) int {
	if t.NArgs() == 0 {
		return closeFile(t, current(t, l.output, "output"))
	}
	return closeFile(t, checkFile(t))
}

func fileClose(t *vm.Thread) int { return closeFile(t, checkFile(t)) }

func closeFile(t *vm.Thread, f *file) int {
	if !f.standard && f.passesOver(t, "file:close") {
		return t.Return(vm.True)
	}
	return shut(t, f)
}

// shut closes a file; a standard one refuses and stays open.
func shut(t *vm.Thread, f *file) int {
	end := f.close
	if !f.standard {
		f.close = nil
	}
	return end(t, f)
}

func (l *streams) flush(t *vm.Thread) int {
	return flush(t, current(t, l.output, "output"))
}

func (l *streams) read(t *vm.Thread) int {
	return readResult(t, current(t, l.input, "input"), 1)
}

func (l *streams) write(t *vm.Thread) int {
	return writeAll(t, current(t, l.output, "output"), l.output, 1)
}

func (l *streams) setInput(t *vm.Thread) int { return l.choose(t, &l.input, "r") }

// setOutput is io.output. Code that is only tried goes on with the output that it has,
// instead of a file that it names.
func (l *streams) setOutput(t *vm.Thread) int {
	if _, named := vm.ToString(t.Arg(1)); named && t.State().Isolated() {
		pass(t, "io.output to a file")
		return t.Return(l.output)
	}
	return l.choose(t, &l.output, "w")
}

// choose makes a file, given open or by name, a default file, and returns it.
func (l *streams) choose(t *vm.Thread, which *vm.Value, mode string) int {
	if t.Arg(1).IsNil() {
		return t.Return(*which)
	}
	if path, ok := vm.ToString(t.Arg(1)); ok {
		*which = l.mustOpen(t, path, mode)
	} else {
		checkFile(t)
		*which = t.Arg(1)
	}
	return t.Return(*which)
}

func (l *streams) mustOpen(t *vm.Thread, path, mode string) vm.Value {
	f, err := openFile(t, path, mode)
	if err != nil {
		text, _ := strerror(err)
		t.Errorf("cannot open file '%s' (%s)", path, text)
	}
	return l.wrap(f)
}

// maxFormats is how many formats lines keeps.
const maxFormats = 17

func (l *streams) lines(t *vm.Thread) int {
	if t.Arg(1).IsNil() {
		if asFile(l.input).close == nil {
			t.Errorf("attempt to use a closed file")
		}
		return iterator(t, l.input, false)
	}
	return iterator(t, l.mustOpen(t, t.CheckString(1), "r"), true)
}

func fileLines(t *vm.Thread) int {
	checkFile(t)
	return iterator(t, t.Arg(1), false)
}

// iterator returns a function that reads v by the formats from argument 2 on,
// and closes it at the end if it was opened for that.
func iterator(t *vm.Thread, v vm.Value, closes bool) int {
	formats := t.Args(2)
	if len(formats) > maxFormats {
		t.ArgError(maxFormats, "too many options")
	}
	f := asFile(v)
	return t.Return(t.State().NewGoClosure("lines_iterator", func(t *vm.Thread) int {
		if f.close == nil {
			t.Errorf("file is already closed")
		}
		return nextLine(t, f, formats, closes)
	}, v))
}

func nextLine(t *vm.Thread, f *file, formats []vm.Value, closes bool) int {
	results, err := f.read(t, formats, 2)
	if err != nil {
		text, _ := strerror(err)
		t.Errorf("%s", text)
	}
	if results[0].IsNil() {
		if closes {
			shut(t, f)
		}
		return 0
	}
	return t.Return(results...)
}

func fileRead(t *vm.Thread) int { return readResult(t, checkFile(t), 2) }

func readResult(t *vm.Thread, f *file, first int) int {
	results, err := f.read(t, t.Args(first), first)
	if err != nil {
		return fileResult(t, err, "")
	}
	return t.Return(results...)
}

func fileWrite(t *vm.Thread) int {
	f := checkFile(t)
	return writeAll(t, f, t.Arg(1), 2)
}

// writeAll writes the arguments from first on at once and returns the file.
func writeAll(t *vm.Thread, f *file, self vm.Value, first int) int {
	var b []byte
	for i, n := first, t.NArgs(); i <= n; i++ {
		b = append(b, t.CheckString(i)...)
	}
	if f.passesOver(t, "file:write") {
		return t.Return(self)
	}
	if len(b) > 0 {
		if err := f.write(b); err != nil {
			return fileResult(t, err, "")
		}
	}
	return t.Return(self)
}

func fileFlush(t *vm.Thread) int { return flush(t, checkFile(t)) }

func flush(t *vm.Thread, f *file) int {
	if f.passesOver(t, "file:flush") {
		return t.Return(vm.True)
	}
	return fileResult(t, f.flush(), "")
}

func fileSeek(t *vm.Thread) int {
	f := checkFile(t)
	whence := t.CheckOption(2, "cur", []string{"set", "cur", "end"})
	offset := t.OptNumber(3, 0)
	if offset != float64(int64(offset)) {
		t.ArgError(3, "not an integer in proper range")
	}
	if f.keeps(t) {
		return fileResult(t, errKept, "")
	}
	position, err := f.seek(int64(offset), whence)
	if err != nil {
		return fileResult(t, err, "")
	}
	return t.Return(vm.Number(float64(position)))
}

func fileSetvbuf(t *vm.Thread) int {
	f := checkFile(t)
	modes := []string{"no", "full", "line"}
	mode := t.CheckOption(2, "", modes)
	if f.passesOver(t, "file:setvbuf") {
		return t.Return(vm.True)
	}
	return fileResult(t, f.buffer(t, modes[mode], t.OptInt(3, 4096)), "")
}

func fileTostring(t *vm.Thread) int {
	if fileKind.Check(t, 1).close == nil {
		return t.Return(vm.String("file (closed)"))
	}
	return t.Return(vm.String("file (" + vm.Address(t.Arg(1)) + ")"))
}

// collectFile is __gc: it closes a file that is still open and can be closed.
func collectFile(t *vm.Thread) int {
	if f := fileKind.Check(t, 1); f.close != nil {
		shut(t, f)
	}
	return 0
}
