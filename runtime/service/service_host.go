package service

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"lunarium/runtime/endpoint"
	"lunarium/runtime/files"
	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds a service as host.Host: its way to the world outside the node.

// hostAwait is host.Host.Await for a service. The node is not settled while
// the work goes on, so that the virtual clock waits for it: until it has finished,
// also when nobody waits for it any more, as what it holds is given back only then.
func (s *core) hostAwait(t *vm.Thread, what string, start host.StartWork) int {
	return s.hostWatch(t, what, func(finish func(func(*vm.Thread) int)) func() {
		s.node.scheduler.liveness.begin(liveOutside)
		s.spend(costOutside)
		s.node.scheduler.unrest.total.Add(costPassing)
		over := sync.OnceFunc(func() { s.node.settleOne(liveOutside) })
		return start(func(then func(*vm.Thread) int) {
			finish(then)
			over()
		})
	})
}

// hostSleep is host.Host.Sleep for a service. What libraries wait for has passed
// in full.
func (s *core) hostSleep(t *vm.Thread, d time.Duration, token vm.Value) int {
	d = min(max(d, Tick), longest)
	return s.sleepUntil(t, s.node.clock.Elapsed()+d, d, token)
}

// hostTraceOf is host.TraceOf: of work outside that the task waits for, or the task.
func (s *core) hostTraceOf(t *vm.Thread) host.TraceContext {
	trace := taskOf(t).trace
	if trace == nil || trace.span == nil {
		return host.TraceContext{}
	}
	along := trace.along
	if trace.waits != nil {
		along.Span = trace.waits.ID
	}
	return host.TraceContext{Parent: along.Traceparent(), State: along.State}
}

// hostTidy is host.Tidy.
func (s *core) hostTidy(what string, body func(*vm.Thread) int) bool {
	return s.postBody(TaskTidy, what, nil, body, nil)
}

// hostOpened is host.Host.Opened for a service.
func (s *core) hostOpened() (closed func()) {
	b := &s.openResources
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open++
	if b.ended {
		s.node.scheduler.liveness.begin(liveClosing)
	}
	return sync.OnceFunc(func() {
		b.mu.Lock()
		b.open--
		b.release()
		ended := b.ended
		b.mu.Unlock()
		if ended {
			s.node.settleOne(liveClosing)
		}
	})
}

// leaveOpenResources notes that the service has ended.
func (s *core) leaveOpenResources() {
	b := &s.openResources
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	s.node.scheduler.liveness.beginMany(liveClosing, b.open)
	b.release()
}

// Released is closed when the service has ended and all that its libraries had
// open for it is closed.
func (s *core) Released() <-chan struct{} {
	b := &s.openResources
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.released == nil {
		b.released = make(chan struct{})
		b.release()
	}
	return b.released
}

// FileBudget gives the budget of the files that the service has open, which its libraries
// take from.
func (s *core) FileBudget() *files.Budget {
	if s.fileBudget.Load() == nil {
		s.fileBudget.CompareAndSwap(nil, s.node.fileBudget.New(s.node.config.Files))
	}
	return s.fileBudget.Load()
}

// OpenFiles tells how many files the service has open, and how many it may have; 0: any
// number.
func (s *Service) OpenFiles() (held, most int) {
	if b := s.fileBudget.Load(); b != nil {
		return b.Held()
	}
	return 0, s.node.config.Files
}

// hostDial is host.Host.Dial for a service.
func (s *core) hostDial(kind string, open func() (net.Conn, error)) (net.Conn, error) {
	give, err := s.FileBudget().Take(1)
	if err != nil {
		return nil, err
	}
	c, err := open()
	if err != nil {
		give()
		return nil, err
	}
	return s.node.endpoints.ConnOf(s.address, kind, c, give), nil
}

// hostListen is host.Host.Listen for a service.
func (s *core) hostListen(kind string, open func() (net.Listener, error)) (net.Listener, error) {
	give, err := s.FileBudget().Take(1)
	if err != nil {
		return nil, err
	}
	l, err := open()
	if err != nil {
		give()
		return nil, err
	}
	o := s.node.endpoints.Open(endpoint.Endpoint{Kind: kind, Owner: s.address, Local: l.Addr().String()})
	closed := make(chan struct{})
	return &serviceListener{
		Listener: l, service: s, endpoint: o, closed: closed,
		close: sync.OnceFunc(func() {
			o.Close()
			close(closed)
			give()
		}),
	}, nil
}

// serviceListener is a listener whose connections are files of a service. When it has
// no room for another, clients wait, and the log tells why.
type serviceListener struct {
	net.Listener
	service  *core
	endpoint *endpoint.Open
	closed   chan struct{}
	close    func()
	told     time.Duration // when the log was told, as Clock.Elapsed; 0: never
}

// Accept gives the next connection once there is room for it.
func (l *serviceListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	give, ok := l.service.FileBudget().Admit(l.closed, l.warnFull)
	if !ok {
		c.Close()
		return nil, net.ErrClosed
	}
	l.endpoint.Moved(1, 0)
	return l.service.node.endpoints.ConnOf(l.endpoint.Owner, l.endpoint.Kind, c, give), nil
}

// warnEvery is how often a listener tells the log that clients wait.
const warnEvery = time.Minute

// warnFull tells the log why a client waits.
func (l *serviceListener) warnFull(err error) {
	now := l.service.node.clock.Elapsed()
	if l.told != 0 && now-l.told < warnEvery {
		return
	}
	l.told = max(now, 1)
	l.service.Error(fmt.Sprintf("%s %s: clients wait: %s; an eighth is kept for what the service opens itself",
		l.endpoint.Kind, l.endpoint.Local, worded.Text(err)))
}

// Close stops listening.
func (l *serviceListener) Close() error {
	err := l.Listener.Close()
	l.close()
	return err
}

// hostReadings gives who takes part in what the service reads; nil: nobody does.
func (s *core) hostReadings() *host.Readings {
	n := s.node
	if n.config.Given == nil && !n.readings.Any() {
		return nil
	}
	return &host.Readings{
		Given: func(r *host.Reading, place string) bool {
			if n.config.Given == nil {
				return false
			}
			full := Reading{*r, s.address}
			given := n.config.Given(&full, strings.TrimSuffix(place, ": "))
			*r = full.Reading
			return given
		},
		Note: func(r host.Reading) { n.readings.Tell(Reading{r, s.address}) },
	}
}
