package service

import (
	"context"
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how services are launched.

// program is what a new service runs.
type program struct {
	spec Spec
	code *vm.Code
	path string // of the file; "": it comes from a string
}

// load finds and compiles what is to be launched.
func (n *Node) load(spec Spec) (p program, err error) {
	select {
	case <-n.done:
		return p, message.ErrStopped
	default:
	}
	spec = spec.withoutSnlua()
	if text, ok := n.config.Builtin[spec.Name]; ok && !spec.Literal {
		spec.Literal, spec.Source = true, text
	}
	p.spec = spec
	if spec.Literal {
		p.code, err = n.sources.Compile("="+spec.title(), []byte(spec.Source))
		return p, err
	}
	file, err := n.sources.Find(spec.Name)
	if err != nil {
		return p, err
	}
	p.path = file.Path
	if text, given := n.config.Texts[file.Path]; given {
		p.code, err = n.sources.CompileContent(ShortPath(file.Path), []byte(text))
		return p, err
	}
	p.code, err = n.sources.CompileFound(file, ShortPath(file.Path))
	return p, err
}

// spawn makes a service and queues its start; launched is told how it went, on
// the service's thread.
func (n *Node) spawn(p program, w *worker, launched func(*core, *message.Failure)) *Service {
	s := &Service{core{
		node: n, spec: p.spec, path: p.path, base: p.spec.base(), born: n.clock.Now(),
		gone: make(chan struct{}), code: p.code, launched: launched, workerOnly: newWorkerOnly(),
	}}
	s.asked.Store(askStart)
	n.spend(costLaunch)
	n.registry.add(s)
	n.profiling.welcome(&s.profiles)
	select {
	case <-n.done:
		s.kill(stoppedWithNode())
	default:
	}
	s.notify(w)
	return s
}

// launchWatch is what who waits for a launch hears of it.
type launchWatch struct {
	quiet func(context.Context) <-chan error // its channel tells why nothing more happens
	made  func(*Service)                     // the service is there
	up    func()                             // it is known how the start went
}

// launch starts a service and waits until it is up, or nothing more happens.
func (n *Node) launch(ctx context.Context, p program, watch launchWatch) (*Service, error) {
	came := make(chan *message.Failure, 1)
	started := n.spawn(p, nil, func(_ *core, f *message.Failure) { watch.up(); came <- f })
	watch.made(started)
	over := func(f *message.Failure) (*Service, error) {
		switch {
		case f == nil:
			return started, nil
		case f.Reason == message.ErrStopped: // as below, if that is seen first
			return nil, message.ErrStopped
		}
		return nil, f
	}
	late := func(why error) (*Service, error) {
		return started, fmt.Errorf("%s is still starting: %w", started.describe(), why)
	}
	select {
	case f := <-came:
		return over(f)
	case why := <-watch.quiet(ctx):
		select {
		case f := <-came:
			return over(f)
		case <-n.done:
			return nil, message.ErrStopped
		default:
		}
		return late(why)
	case <-ctx.Done():
		return late(ctx.Err())
	case <-n.done:
		return nil, message.ErrStopped
	}
}

// Launch starts a service and waits until its start function has ended. The
// error says why it did not start: a *source.NotFoundError, a syntax error, or a
// *Failure with the traceback. When ctx ends first the service goes on starting;
// so it does when nothing happens any more before the virtual clock moves, with
// ErrStandsStill.
func (n *Node) Launch(ctx context.Context, spec Spec) (*Service, error) {
	p, err := n.load(spec)
	if err != nil {
		return nil, err
	}
	return n.launch(ctx, p, launchWatch{quiet: n.whenStill, made: func(*Service) {}, up: func() {}})
}

// Spawn starts a service and waits for nothing. A start that fails is logged.
func (n *Node) Spawn(spec Spec) (*Service, error) {
	p, err := n.load(spec)
	if err != nil {
		return nil, err
	}
	return n.spawn(p, nil, func(s *core, f *message.Failure) {
		if f != nil && f.Reason == message.ErrStart {
			n.Log(s.address, f.Report())
		}
	}), nil
}

// Restart kills a service and launches it again with the same name and
// arguments; its address is a new one.
func (n *Node) Restart(ctx context.Context, a message.Address) (*Service, error) {
	s := n.Service(a)
	if s == nil {
		return nil, fmt.Errorf("%s: %w", n.absence(a), message.ErrDead)
	}
	if _, err := n.load(s.spec); err != nil {
		return nil, err
	}
	defer n.Occupy()()
	n.Kill(a)
	select {
	case <-s.gone:
	case <-ctx.Done():
		return nil, fmt.Errorf("%s does not end: %w", s.describe(), ctx.Err())
	}
	select {
	case <-s.Released():
	case <-ctx.Done():
		return nil, fmt.Errorf("what %s had open is not closed: %w", s.describe(), ctx.Err())
	}
	return n.Launch(ctx, s.spec)
}
