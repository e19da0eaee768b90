package service

import (
	"maps"
	"sync"
	"sync/atomic"

	"lunarium/runtime/endpoint"
	"lunarium/runtime/files"
	"lunarium/runtime/message"
	"lunarium/runtime/queue"
	"lunarium/runtime/source"
	"lunarium/runtime/vm"
)

// This file holds a node: its parts, and what it tells of itself.

// Node runs services. Its methods may be called from any goroutine.
type Node struct {
	config      Config
	clock       *Clock
	loader      *vm.Loader
	detached    *vm.Detached
	scheduler   scheduler
	shuffle     *shuffle // nil: those that wait run in turn
	registry    registry
	sources     *source.Store
	unique      uniques
	logs        *queue.Recent[LogEntry]
	deadLetters *queue.Recent[DeadLetter]
	deadNumber  atomic.Uint64 // of the last one
	ended       endedTotals
	output      sync.Mutex
	env         struct {
		mu     sync.Mutex
		values map[string]string
		bytes  int // that Setenv has put there
	}
	exitMonitor  atomic.Uint32 // the address that hears of ends; 0: nobody
	stoppedTasks stoppedTasks
	recorder     recorder
	watches      serviceWatches
	endpoints    *endpoint.Registry
	fileBudget   *files.Budget // of all services
	limited      atomic.Bool   // a service has, or had, a memory limit
	occupants    occupants
	profiling    profiling
	readings     queue.Watchers[Reading]
	resting      resting
	tracer       *Tracer
	shutsDown    atomic.Bool
	stop         sync.Once
	done         chan struct{}
	exitCode     atomic.Int32
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

// Done is closed when the node is stopped: no service takes a message any more.
func (n *Node) Done() <-chan struct{} { return n.done }

// ExitCode gives what Stop was called with.
func (n *Node) ExitCode() int { return int(n.exitCode.Load()) }

// Service gives the service with an address; nil when there is none.
func (n *Node) Service(a message.Address) *Service { return n.registry.find(a) }

// Services lists the services by address.
func (n *Node) Services() []*Service { return n.registry.all() }

// Logs gives the node's latest log lines.
func (n *Node) Logs() *queue.Recent[LogEntry] { return n.logs }

// DeadLetters gives the latest messages that nobody handled.
func (n *Node) DeadLetters() *queue.Recent[DeadLetter] { return n.deadLetters }

// Ended gives the sums of what the services that have ended had counted, by the
// base name of their file: with Stat of those that live, counters that only
// grow.
func (n *Node) Ended() map[string]Totals {
	n.ended.mu.Lock()
	defer n.ended.mu.Unlock()
	return maps.Clone(n.ended.byBase)
}

// Uniques lists the unique services that run, by name.
func (n *Node) Uniques() map[string]message.Address {
	n.unique.mu.Lock()
	defer n.unique.mu.Unlock()
	running := map[string]message.Address{}
	for name, one := range n.unique.byName {
		if one.address != 0 {
			running[name] = one.address
		}
	}
	return running
}

// Occupy keeps the node from being empty until the function that it gives is called,
// as an operator's session does who may launch something next.
func (n *Node) Occupy() (release func()) {
	n.occupants.mu.Lock()
	defer n.occupants.mu.Unlock()
	n.occupants.count++
	return sync.OnceFunc(func() {
		n.occupants.mu.Lock()
		n.occupants.count--
		n.occupants.mu.Unlock()
		n.occupants.closeWhenEmpty(n.registry.deserted)
	})
}

// Empty is closed once the node's last service has ended and nobody occupies it; not
// before a service was launched.
func (n *Node) Empty() <-chan struct{} { return n.occupants.empty }
