package lua

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds files in the hands of Lua code, written and closed.

// file is an open stream in Lua's hands: the Data of a FILE* userdata.
//
// Writing goes straight through unless setvbuf asked for a buffer, so that
// nothing is lost with the process. Reading is buffered; a write or seek after
// it first steps back over what was read ahead.
type file struct {
	stream   any // what the stream can do: io.Reader, io.Writer, io.Seeker
	reader   *bufio.Reader
	writer   *bufio.Writer // nil: writes go straight through
	lines    bool          // the writer is emptied after each line
	standard bool          // close refuses
	tried    bool          // code that was only tried has opened it, to read it
	// system is the stream as the system knows it; nil when it is none of its files.
	system *os.File
	// close ends the stream and gives close's results; nil once it is closed.
	close func(t *vm.Thread, f *file) int
	// give gives the stream's place among the state's open files back; nil: it has none.
	give func()
	// account takes the bytes that the file's buffers take; nil: nobody counts them.
	account *vm.Userdata
}

// Bytes that a file takes beside its userdata.
const (
	bytesOfReader = 4096 // bufio's
	bytesOfFile   = 512
)

// count notes in the state's account what the file takes, with a buffer of so many bytes
// for writing.
func (f *file) count(writer int) {
	if f.account == nil {
		return
	}
	size := bytesOfFile + writer
	if f.reader != nil {
		size += bytesOfReader
	}
	f.account.SetSize(size)
}

// closeStream is the close of a file that was opened by name.
func closeStream(t *vm.Thread, f *file) int { return fileResult(t, f.end(), "") }

func newFile(stream any) *file {
	f := &file{stream: stream}
	if r, ok := stream.(io.Reader); ok {
		f.reader = bufio.NewReader(r)
	}
	return f
}

// holds notes that the file has a place among the state's open files, which it gives back
// at its end; or when Go has collected it, and so has closed the stream.
func (f *file) holds(give func()) *file {
	f.give = give
	runtime.AddCleanup(f, func(give func()) { give() }, give)
	return f
}

// openFile opens a file as fopen does; mode has been checked.
func openFile(t *vm.Thread, path, mode string) (*file, error) {
	if readings := host.ReadingsOf(t); readings != nil && mode[0] == 'r' && !strings.Contains(mode, "+") {
		return openKnown(t, readings, path, mode)
	}
	return openUnknown(t, path, mode)
}

// openKnown opens a file to read it, of whose content recordings know.
func openKnown(t *vm.Thread, readings *host.Readings, path, mode string) (*file, error) {
	const function = "io.open"
	if given, ok := readings.Find(t, function, path); ok {
		if given.None {
			return nil, &fs.PathError{Op: "open", Path: path, Err: errnoOf(given.Text)}
		}
		f := newFile(bytes.NewReader([]byte(given.Text)))
		f.close = closeStream
		return f, nil
	}
	f, err := openUnknown(t, path, mode)
	if err != nil {
		text, _ := strerror(err)
		readings.Note(host.Reading{Function: function, Argument: path, Text: text, None: true})
		return nil, err
	}
	if content, ok := recordable(f.system); ok {
		readings.Note(host.Reading{Function: function, Argument: path, Text: content})
	}
	return f, nil
}

// openUnknown opens a file of which no recording knows.
func openUnknown(t *vm.Thread, path, mode string) (*file, error) {
	flags := map[byte]int{
		'r': os.O_RDONLY,
		'w': os.O_WRONLY | os.O_CREATE | os.O_TRUNC,
		'a': os.O_WRONLY | os.O_CREATE | os.O_APPEND,
	}[mode[0]]
	if len(mode) > 1 && mode[1] == '+' {
		flags = flags&^os.O_WRONLY | os.O_RDWR
	}
	give, err := host.TakeFiles(t, 1)
	if err != nil {
		return nil, err
	}
	stream, err := openSlowly(t, path, give, func() (*os.File, error) { return os.OpenFile(path, flags, 0o666) })
	if err != nil {
		return nil, err
	}
	f := newFile(interruptible(stream, t.State())).holds(give)
	f.close, f.system = closeStream, stream
	return f, nil
}

// validMode tells whether mode is one of fopen's: r, w or a, then + or not,
// then b or not.
func validMode(mode string) bool {
	if mode == "" || mode[0] != 'r' && mode[0] != 'w' && mode[0] != 'a' {
		return false
	}
	switch mode[1:] {
	case "", "+", "b", "+b":
		return true
	}
	return false
}

// end writes what is buffered and closes the stream.
func (f *file) end() error {
	err := f.flush()
	if c, ok := f.stream.(io.Closer); ok {
		if closeErr := c.Close(); err == nil {
			err = closeErr
		}
	}
	if f.give != nil {
		f.give()
	}
	if f.account != nil {
		f.account.SetSize(0)
	}
	return err
}

func (f *file) flush() error {
	if f.writer == nil {
		return nil
	}
	return f.writer.Flush()
}

// write appends b; it may keep it in the buffer that setvbuf made.
func (f *file) write(b []byte) error {
	w, ok := f.stream.(io.Writer)
	if !ok {
		return syscall.EBADF
	}
	if err := f.dropReadAhead(); err != nil {
		return err
	}
	if f.writer == nil {
		_, err := w.Write(b)
		return err
	}
	if _, err := f.writer.Write(b); err != nil {
		return err
	}
	if f.lines && len(b) > 0 && b[len(b)-1] == '\n' {
		return f.writer.Flush()
	}
	return nil
}

// dropReadAhead moves the stream back to where Lua has read to.
func (f *file) dropReadAhead() error {
	if f.reader == nil || f.reader.Buffered() == 0 {
		return nil
	}
	s, ok := f.stream.(io.Seeker)
	if !ok {
		return nil
	}
	_, err := s.Seek(-int64(f.reader.Buffered()), io.SeekCurrent)
	f.reader.Reset(f.stream.(io.Reader))
	return err
}

func (f *file) seek(offset int64, whence int) (int64, error) {
	s, ok := f.stream.(io.Seeker)
	if !ok {
		return 0, syscall.ESPIPE
	}
	if err := f.flush(); err != nil {
		return 0, err
	}
	if err := f.dropReadAhead(); err != nil {
		return 0, err
	}
	return s.Seek(offset, whence)
}

// buffer sets how writes are buffered: mode is "no", "full" or "line".
func (f *file) buffer(t *vm.Thread, mode string, size int) error {
	if err := f.flush(); err != nil {
		return err
	}
	f.writer, f.lines = nil, mode == "line"
	f.count(0)
	if w, ok := f.stream.(io.Writer); ok && mode != "no" {
		const largest = 1 << 24
		size = max(16, min(size, largest))
		t.Take(size)
		f.writer = bufio.NewWriterSize(w, size)
		f.count(size)
	}
	return nil
}
