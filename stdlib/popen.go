package stdlib

import (
	"io"
	"os/exec"
	"syscall"

	"lunarium/runtime/vm"
)

// pipe is the stream of io.popen.
type pipe struct {
	command *exec.Cmd
	io.Closer
}

// readPipe and writePipe are a pipe's two directions.
type (
	readPipe struct {
		pipe
		io.Reader
	}
	writePipe struct {
		pipe
		io.Writer
	}
)

// popen starts a shell command with a pipe from its output or to its input.
func (l *streams) popen(t *vm.Thread) int {
	command, mode := t.CheckString(1), t.OptString(2, "r")
	stream, err := l.startPipe(command, mode)
	if err != nil {
		return fileResult(t, err, command)
	}
	f := newFile(stream)
	f.close = closePipe
	return t.Return(l.wrap(f))
}

func (l *streams) startPipe(command, mode string) (any, error) {
	c := shell(command)
	host := l.host()
	c.Stdin, c.Stdout, c.Stderr = host.Stdin, host.Stdout, host.Stderr
	switch mode {
	case "r":
		c.Stdout = nil
		r, err := c.StdoutPipe()
		if err != nil {
			return nil, err
		}
		return readPipe{pipe{c, r}, r}, c.Start()
	case "w":
		c.Stdin = nil
		w, err := c.StdinPipe()
		if err != nil {
			return nil, err
		}
		return writePipe{pipe{c, w}, w}, c.Start()
	}
	return nil, syscall.EINVAL
}

// closePipe waits for the command and returns how it ended.
func closePipe(t *vm.Thread, f *file) int {
	if err := f.end(); err != nil {
		return fileResult(t, err, "")
	}
	command := f.stream.(interface{ wait() error })
	return execResult(t, command.wait())
}

func (p pipe) wait() error { return p.command.Wait() }
