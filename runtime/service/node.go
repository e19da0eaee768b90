package service

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"sync/atomic"

	"lunarium/runtime/endpoint"
	"lunarium/runtime/files"
	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/source"
	"lunarium/runtime/vm"
)

// Node runs services. Its methods may be called from any goroutine.
type Node struct {
	config      Config
	clock       *Clock
	loader      *vm.Loader
	detached    *vm.Detached
	scheduler   scheduler
	registry    registry
	sources     *source.Store
	unique      uniques
	logs        *queue.Recent[LogEntry]
	deadLetters *queue.Recent[DeadLetter]
	ended       endedTotals
	output      sync.Mutex
	env         struct {
		mu     sync.Mutex
		values map[string]string
		bytes  int // that Setenv has put there
	}
	exitMonitor  atomic.Uint32 // the address that hears of ends; 0: nobody
	stoppedTasks stoppedTasks
	endpoints    *endpoint.Registry
	fileBudget   *files.Budget // of all services
	limited      atomic.Bool   // a service has, or had, a memory limit
	occupants    occupants
	stop         sync.Once
	done         chan struct{}
	exitCode     atomic.Int32
}

const (
	logLines        = 1000
	keepDeadLetters = 1000
)

// NewNode makes a node and starts its workers. Stop ends it.
func NewNode(config Config) *Node {
	if config.Virtual {
		config.Workers = 1
	} else if config.Workers <= 0 {
		config.Workers = runtime.GOMAXPROCS(0)
	}
	n := &Node{
		config:      config,
		loader:      vm.NewLoader(config.Seed, config.Known...),
		detached:    vm.NewDetached(config.Seed),
		logs:        queue.NewRecent[LogEntry](logLines),
		deadLetters: queue.NewRecent[DeadLetter](keepDeadLetters),
		fileBudget:  files.NewAll(config.AllFiles),
		done:        make(chan struct{}),
		occupants:   occupants{empty: make(chan struct{})},
	}
	n.sources = source.NewStore(n.loader, config.Path)
	n.clock = newClock(n)
	n.endpoints = endpoint.NewRegistry(n.clock, n.NameOf)
	n.registry.init()
	n.env.values = maps.Clone(config.Env)
	if n.env.values == nil {
		n.env.values = map[string]string{}
	}
	n.startWorkers(config.Workers)
	if !config.Virtual {
		go n.monitor()
	}
	return n
}

// Config gives what the node was made with, Workers filled in.
func (n *Node) Config() Config { return n.config }

// Clock gives the node's clock.
func (n *Node) Clock() *Clock { return n.clock }

// Endpoints gives the list of what connects the node with the outside.
func (n *Node) Endpoints() *endpoint.Registry { return n.endpoints }

// Sources gives the store of the node's code.
func (n *Node) Sources() *source.Store { return n.sources }

// Seed gives the seed of the hashes of strings.
func (n *Node) Seed() uint32 { return n.config.Seed }

// Detached makes tables for messages of the node's own.
func (n *Node) Detached() *vm.Detached { return n.detached }

// Stop ends the node: services are not asked, running tasks are interrupted. It
// may be called by a service and does not wait; Over does. The first call's code is
// the node's exit code.
func (n *Node) Stop(exitCode int) {
	n.stop.Do(func() {
		n.exitCode.Store(int32(exitCode))
		close(n.done)
		for _, s := range n.Services() {
			s.kill(stoppedWithNode())
		}
		n.stopWorkers()
		go n.clock.driver.Close() // it waits for timers that fire, whoever stops the node
	})
}

// stoppedWithNode is the end of a service whose node stops.
func stoppedWithNode() *ending {
	return &ending{reason: message.ErrStopped, text: "was stopped with the node"}
}

// Done is closed when the node is stopped: no service takes a message any more.
func (n *Node) Done() <-chan struct{} { return n.done }

// awaitOver waits, after Stop, until every service has ended and what it had open is
// closed; the error is ctx's.
func (n *Node) awaitOver(ctx context.Context) error { return n.awaitRest(ctx, true) }

// ExitCode gives what Stop was called with.
func (n *Node) ExitCode() int { return int(n.exitCode.Load()) }

// deliver puts a message into its receiver's mailbox; false when there is no
// such receiver. w is the calling worker or nil.
func (n *Node) deliver(m *message.Message, w *worker) bool {
	if s := n.registry.find(m.Dest); s != nil {
		if s.memLimit.Load() > 0 {
			s.weigh(m)
		}
		length, ok := s.box.Put(m, n.clock.Elapsed)
		if !ok {
			return false
		}
		if length > 0 {
			s.Error(fmt.Sprintf("May overload, message queue length = %d", length))
		}
		n.spend(costMessage + int(s.queue.Load())/costQueue)
		s.notify(w)
		return true
	}
	switch {
	case m.Dest == message.NodeAddress:
		n.handle(m)
		return true
	case m.Dest.IsClient():
		return n.registry.client(m.Dest).take(m)
	}
	return false
}

// reply answers m with a failure; false when the caller is gone.
func (n *Node) reply(m *message.Message, f *message.Failure) bool {
	answer := message.Message{Type: message.TypeError, Session: m.Session, Source: m.Dest, Dest: m.Source, Extra: &message.Extra{Failure: f}}
	return n.deliver(&answer, nil)
}

// Send delivers a message from outside a service. The error is ErrDead with
// the reason, and the message a dead letter then; or ErrFull.
func (n *Node) Send(m message.Message) error {
	if n.full(m.Dest, m.Type) {
		return &FullError{n.fullText(m.Dest)}
	}
	if n.deliver(&m, nil) {
		return nil
	}
	reason := n.absence(m.Dest)
	n.addDeadLetter(&m, reason)
	return fmt.Errorf("%s: %w", reason, message.ErrDead)
}

// alive tells whether an address can receive messages.
func (n *Node) alive(a message.Address) bool {
	return n.registry.find(a) != nil || a == message.NodeAddress || a.IsClient() && n.registry.client(a) != nil
}

// Service gives the service with an address; nil when there is none.
func (n *Node) Service(a message.Address) *Service { return n.registry.find(a) }

// Services lists the services by address.
func (n *Node) Services() []*Service { return n.registry.all() }

// Kill ends a service, whatever it is doing; false when there is none. Gone
// tells when it is over.
func (n *Node) Kill(a message.Address) bool {
	s := n.registry.find(a)
	if s == nil {
		return false
	}
	s.kill(&ending{reason: message.ErrKilled, text: "was killed"})
	return true
}

// remove takes a service off the node's lists; what it was stays known for a
// while.
func (n *Node) remove(s *Service, e *ending) {
	if n.registry.remove(s, e.text) {
		n.unique.forget(s.address)
		n.tellExitMonitor(s.address)
	}
}
