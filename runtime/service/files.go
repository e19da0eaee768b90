package service

import (
	"fmt"
	"net"
	"sync"
	"time"

	"lunarium/runtime/endpoint"
	"lunarium/runtime/files"
	"lunarium/runtime/worded"
)

// FileBudget gives the budget of the files that the service has open, which its libraries
// take from.
func (s *Service) FileBudget() *files.Budget {
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
func (s *Service) hostDial(kind string, open func() (net.Conn, error)) (net.Conn, error) {
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
func (s *Service) hostListen(kind string, open func() (net.Listener, error)) (net.Listener, error) {
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
	service  *Service
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
