package lua

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds shell commands, which os.execute and io.popen start.

// system is the os library of one state.
type system struct{ *Libraries }

// process is a shell command of os.execute or io.popen. Its streams are the
// host's Child; where the host has none its input is empty, and what it writes
// is copied to the host's Stdout and Stderr.
type process struct {
	command *exec.Cmd
	relays  []*relay
	given   []io.Closer // our copies of what the command writes to
	give    func()      // gives the place of the process itself among the open files back
}

// filesOfCommand is what a command takes at most: itself, what it writes to, a pipe.
const filesOfCommand = 4

// roomForCommand has objects that hold files and can't be reached finalized where that
// makes room for a command; it may raise what a finalizer does.
func roomForCommand(t *vm.Thread) error {
	give, err := host.TakeFiles(t, filesOfCommand)
	if err == nil {
		give()
	}
	return err
}

// prepare makes a command that is not started yet.
func (l *Libraries) prepare(command string) (*process, error) {
	p := &process{command: &exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", command}}}
	var err error
	// The system shows a process as a file.
	if p.give, err = host.Files(l.state).Take(1); err != nil {
		return nil, err
	}
	runtime.AddCleanup(p, func(give func()) { give() }, p.give)
	if err = p.connect(l.host(), l.state); err != nil {
		p.release()
		p.give()
		return nil, err
	}
	return p, nil
}

// connect gives the command its streams.
func (p *process) connect(host *Host, s *vm.State) (err error) {
	if host.Child[0] != nil {
		p.command.Stdin = host.Child[0]
	}
	if p.command.Stdout, err = p.writable(s, host.Child[1], host.Stdout); err != nil {
		return err
	}
	p.command.Stderr, err = p.writable(s, host.Child[2], host.Stderr)
	return err
}

// writable gives the command a stream to write to: file itself, or a pipe from
// which to is written.
func (p *process) writable(s *vm.State, file *os.File, to io.Writer) (io.Writer, error) {
	if file != nil {
		return file, nil
	}
	give, err := host.Files(s).Take(1)
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		give()
		return nil, err
	}
	p.relays = append(p.relays, newRelay(r, to, host.Gone(s), give))
	p.given = append(p.given, w)
	return w, nil
}

func (p *process) start() error {
	err := p.command.Start()
	p.release()
	if err != nil {
		p.give()
	}
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
	go func() {
		err := p.command.Wait()
		p.give()
		done <- err
	}()
	ended := false
	defer func() {
		if !ended {
			p.command.Process.Kill() // what is killed is reaped by the goroutine
		}
	}()
	ticker := time.NewTicker(slowLook)
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
			t.PollAfter(slowLook)
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
	if err := roomForCommand(t); err != nil {
		return fileResult(t, err, "")
	}
	p, err := o.prepare(command)
	if err != nil {
		return fileResult(t, err, "")
	}
	if leave := o.host().LeaveInterrupts; leave != nil {
		defer leave()()
	}
	if err := p.start(); err != nil {
		return fileResult(t, err, "")
	}
	return execResult(t, p.wait(t))
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
