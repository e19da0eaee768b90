package lua

import (
	"io"
	"os"
	"syscall"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds io.popen.

// readPipe and writePipe are the stream of io.popen: a pipe's two directions.
type (
	readPipe struct {
		*process
		io.ReadCloser
	}
	writePipe struct {
		*process
		io.WriteCloser
	}
)

// popen starts a shell command with a pipe from its output or to its input.
func (l *streams) popen(t *vm.Thread) int {
	command, mode := t.CheckString(1), t.OptString(2, "r")
	f, err := l.startPipe(t, command, mode)
	if err != nil {
		return fileResult(t, err, command)
	}
	f.close = closePipe
	return t.Return(l.wrap(f))
}

func (l *streams) startPipe(t *vm.Thread, command, mode string) (*file, error) {
	if mode != "r" && mode != "w" {
		return nil, syscall.EINVAL
	}
	if err := roomForCommand(t); err != nil {
		return nil, err
	}
	give, err := host.Files(l.state).Take(1)
	if err != nil {
		return nil, err
	}
	f, err := l.connectPipe(command, mode)
	if err != nil {
		give()
		return nil, err
	}
	return f.holds(give), nil
}

func (l *streams) connectPipe(command, mode string) (*file, error) {
	ours, theirs, err := pipe(mode)
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	p, err := l.prepare(command)
	if err != nil {
		ours.Close()
		return nil, err
	}
	if mode == "r" {
		p.command.Stdout = theirs
	} else {
		p.command.Stdin = theirs
	}
	if err := p.start(); err != nil {
		ours.Close()
		return nil, err
	}
	var f *file
	if mode == "r" {
		f = newFile(readPipe{p, interruptible(ours, l.state).(io.ReadCloser)})
	} else {
		f = newFile(writePipe{p, interruptible(ours, l.state).(io.WriteCloser)})
	}
	f.system = ours
	return f, nil
}

// pipe gives the two ends: ours is read in mode "r" and written in mode "w".
func pipe(mode string) (ours, theirs *os.File, err error) {
	ours, theirs, err = os.Pipe()
	if mode == "w" {
		ours, theirs = theirs, ours
	}
	return ours, theirs, err
}

// closePipe waits for the command and returns how it ended.
func closePipe(t *vm.Thread, f *file) int {
	if err := f.end(); err != nil {
		return fileResult(t, err, "")
	}
	command := f.stream.(interface{ wait(*vm.Thread) error })
	return execResult(t, command.wait(t))
}
