package service

import (
	"errors"

	"lunarium/runtime/message"
)

// This file launches services that have ended again.

// Relaunched is what who has a service launched again hears of it.
type Relaunched struct {
	Made   func(*Service) // the service is there; not when it could not be made
	Up     func(Self)     // its start function has ended; on its own thread, before it takes a message
	Failed func(error)    // it did not start, or could not be made; it has ended, or will
}

// Relaunch launches a service that has ended once more, from the same file with the same
// arguments, as soon as what it had open is closed. The new one gets the names of the old
// one that nobody has then, and is the node's one service of its kind if that was. It does not
// wait. While the node ends nothing is launched, and nothing told.
func (e Ended) Relaunch(heard Relaunched) {
	p, err := e.node.load(e.spec)
	if e.node.shutsDown.Load() || errors.Is(err, message.ErrStopped) {
		return
	}
	if err != nil {
		heard.Failed(err)
		return
	}
	released := e.Released()
	select {
	case <-released:
		e.respawn(p, heard)
		return
	default:
	}
	leave := e.node.Occupy()
	e.node.scheduler.liveness.begin(liveClosing)
	go func() {
		defer leave()
		defer e.node.settleOne(liveClosing)
		select {
		case <-released:
			e.respawn(p, heard)
		case <-e.node.done:
		}
	}()
}

func (e Ended) respawn(p program, heard Relaunched) {
	n := e.node
	if n.shutsDown.Load() {
		return
	}
	unique := p.spec.unique != "" && n.unique.claim(p.spec.unique)
	made := make(chan struct{})
	s := n.spawn(p, nil, func(s *core, f *message.Failure) {
		<-made
		if f == nil {
			for _, name := range e.Names {
				if _, taken := n.Lookup(name); !taken {
					_ = n.Register(name, s.address) // somebody may just have taken it
				}
			}
		}
		if unique {
			n.unique.startEnded(p.spec.unique, s, f)
		}
		switch {
		case n.shutsDown.Load(), f != nil && errors.Is(f, message.ErrStopped):
			return
		case f != nil:
			heard.Failed(f)
			return
		}
		heard.Up(Self{s})
	})
	if unique {
		n.unique.launches(p.spec.unique, s.address)
	}
	heard.Made(s)
	close(made)
}
