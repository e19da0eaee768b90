package line

import (
	"errors"
	"fmt"
	"os"

	"github.com/chzyer/readline"
)

// This file opens the process's own terminal.

// ErrNotTerminal reports a file that is not a terminal.
var ErrNotTerminal = errors.New("not a terminal")

// IsTerminal reports whether f is a terminal.
func IsTerminal(f *os.File) bool { return readline.IsTerminal(int(f.Fd())) }

// Size gives the columns and rows of the terminal f, or 0, 0.
func Size(f *os.File) (columns, rows int) {
	w, h, err := readline.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return w, h
}

// CharMode puts a terminal into character mode: keys arrive one by one, without
// echo, and Ctrl-C is a key. Output is processed as before, so that a program
// may go on to end its lines with a newline alone. restore undoes it.
func CharMode(f *os.File) (restore func() error, err error) {
	fd := int(f.Fd())
	if !readline.IsTerminal(fd) {
		return nil, fmt.Errorf("%s: %w", f.Name(), ErrNotTerminal)
	}
	state, err := readline.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("%s: character mode: %w", f.Name(), err)
	}
	return func() error { return readline.Restore(fd, state) }, nil
}

// OpenLocal starts the line editor on the process's own terminal. Close gives
// the terminal its mode back; the goroutine that reads in ends only with the
// process, since a read of a terminal cannot be taken back.
func OpenLocal(in, out *os.File, complete Completer, historyFile string) (*Terminal, error) {
	restore, err := CharMode(in)
	if err != nil {
		return nil, err
	}
	t, err := NewTerminal(Options{
		In: in, Out: out, Complete: complete, HistoryFile: historyFile,
		Columns: func() int { w, _ := Size(out); return w },
		Rows:    func() int { _, h := Size(out); return h },
	})
	if err != nil {
		return nil, errors.Join(err, restore())
	}
	stop := OnResize(t.Resized)
	t.restore = func() error {
		stop()
		return restore()
	}
	return t, nil
}
