package lua

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"lunarium/runtime/vm"
)

// This file waits for what takes long so that it can be interrupted.

// slowLook is how often who waits for the system looks whether it is to end.
const slowLook = 20 * time.Millisecond

// slowFile is a file that may let its reader and its writer wait: a pipe, a terminal.
// Who waits can be interrupted.
type slowFile struct {
	*os.File
	state *vm.State
}

// interruptible gives the stream of a file; one that never makes anybody wait is its own.
func interruptible(f *os.File, s *vm.State) any {
	if f.SetDeadline(time.Time{}) != nil {
		return f
	}
	return slowFile{f, s}
}

func (f slowFile) Read(b []byte) (int, error) {
	for {
		if err := f.SetReadDeadline(time.Now().Add(slowLook)); err != nil {
			return 0, err
		}
		n, err := f.File.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		f.poll()
	}
}

func (f slowFile) Write(b []byte) (written int, err error) {
	for {
		if err := f.SetWriteDeadline(time.Now().Add(slowLook)); err != nil {
			return written, err
		}
		n, err := f.File.Write(b[written:])
		if written += n; written == len(b) || !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
		f.poll()
	}
}

func (f slowFile) poll() {
	if t := f.state.Running(); t != nil {
		t.PollAfter(slowLook)
	}
}

// opened is what became of a file that was to be opened or read.
type opened[T any] struct {
	result T
	err    error
}

// openSlowly opens a file by a function, which waits when the file is a named pipe
// without anybody at its other end; who waits can be interrupted. failed is called when
// nothing is opened, at whatever end.
func openSlowly[T any](t *vm.Thread, path string, failed func(), open func() (T, error)) (result T, err error) {
	given := false
	defer func() {
		if !given || err != nil {
			failed()
		}
	}()
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		given = true
		return open()
	}
	done := make(chan opened[T], 1)
	go func() {
		result, err := open()
		done <- opened[T]{result, err}
	}()
	defer func() {
		if !given { // the end of the task passes through here
			go abandon(path, done)
		}
	}()
	ticker := time.NewTicker(slowLook)
	defer ticker.Stop()
	for {
		select {
		case o := <-done:
			given = true
			return o.result, o.err
		case <-ticker.C:
			t.PollAfter(slowLook)
		}
	}
}

// abandon ends the opening of a named pipe, by being at its other end for a moment.
func abandon[T any](path string, done <-chan opened[T]) {
	if other, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
		other.Close()
	}
	if f, ok := any((<-done).result).(*os.File); ok && f != nil {
		f.Close()
	}
}

// readFile reads a file of code.
func (l *Libraries) readFile(t *vm.Thread, path string) ([]byte, error) {
	return openSlowly(t, path, func() {}, func() ([]byte, error) { return l.host().ReadFile(path) })
}

// pollAt lets a loop that a __len can make endless be killed; it is called with
// the loop's counter.
func pollAt(t *vm.Thread, i int) {
	if i&0xFFF == 0 {
		t.Poll()
	}
}
