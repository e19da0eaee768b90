package stdlib

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"lunarium/runtime/vm"
)

// process is a shell command of os.execute or io.popen. Its streams are the
// host's Child; where the host has none its input is empty, and what it writes
// is copied to the host's Stdout and Stderr.
type process struct {
	command *exec.Cmd
	relays  []*relay
	given   []io.Closer // our copies of what the command writes to
}

// prepare makes a command that is not started yet.
func (l *libraries) prepare(command string) (*process, error) {
	p := &process{command: &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", command}}}
	host := l.host()
	if host.Child[0] != nil {
		p.command.Stdin = host.Child[0]
	}
	var err error
	if p.command.Stdout, err = p.writable(host.Child[1], host.Stdout, l.state.Gone()); err != nil {
		return nil, err
	}
	if p.command.Stderr, err = p.writable(host.Child[2], host.Stderr, l.state.Gone()); err != nil {
		p.release()
		return nil, err
	}
	return p, nil
}

// writable gives the command a stream to write to: file itself, or a pipe from
// which to is written.
func (p *process) writable(file *os.File, to io.Writer, gone <-chan struct{}) (io.Writer, error) {
	if file != nil {
		return file, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.relays = append(p.relays, newRelay(r, to, gone))
	p.given = append(p.given, w)
	return w, nil
}

func (p *process) start() error {
	err := p.command.Start()
	p.release()
	return err
}

func (p *process) release() {
	for _, c := range p.given {
		c.Close()
	}
	p.given = nil
}

// wait waits for the command, but not for what it left running in the
// background. A kill of the state ends the command, too.
func (p *process) wait(t *vm.Thread) error {
	done := make(chan error, 1)
	go func() { done <- p.command.Wait() }()
	ended := false
	defer func() {
		if !ended {
			p.command.Process.Kill() // what is killed is reaped by the goroutine
		}
	}()
	const look = 20 * time.Millisecond
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			ended = true
			for _, r := range p.relays {
				r.settle()
			}
			return err
		case <-ticker.C:
			t.Poll()
		}
	}
}

// execute runs a shell command and waits for it; without one it tells that
// there is a shell.
func (o system) execute(t *vm.Thread) int {
	if t.Arg(1).IsNil() {
		return t.Return(vm.True)
	}
	command := t.CheckString(1)
	p, err := o.prepare(command)
	if err != nil {
		return fileResult(t, err, "")
	}
	if o.host().Child[0] != nil {
		defer leaveInterrupts()()
	}
	if err := p.start(); err != nil {
		return fileResult(t, err, "")
	}
	return execResult(t, p.wait(t))
}

// leaveInterrupts leaves what the terminal's keys send to the command that has
// the terminal, as system does in C.
func leaveInterrupts() (undo func()) {
	ignored := make(chan os.Signal, 1)
	signal.Notify(ignored, os.Interrupt, syscall.SIGQUIT)
	return func() { signal.Stop(ignored) }
}

// execResult returns how a command ended, as os.execute and the close of a
// pipe do (luaL_execresult).
func execResult(t *vm.Thread, err error) int {
	var exit *exec.ExitError
	if err == nil {
		return t.Return(vm.True, vm.String("exit"), vm.Int(0))
	}
	if !errors.As(err, &exit) {
		return fileResult(t, err, "")
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return t.Return(vm.Nil, vm.String("signal"), vm.Int(int(status.Signal())))
	}
	return t.Return(vm.Nil, vm.String("exit"), vm.Int(exit.ExitCode()))
}
