package service

import (
	"maps"
	"runtime"

	"lunarium/runtime/endpoint"
	"lunarium/runtime/files"
	"lunarium/runtime/queue"
	"lunarium/runtime/source"
	"lunarium/runtime/vm"
)

// This file holds how a node begins, and how it stops.

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
	n.SetRecorder(config.Recorder)
	n.tracer = newTracer(n)
	if config.Virtual {
		n.shuffle = newShuffle(config.Shuffle)
	}
	n.startWorkers(config.Workers)
	if !config.Virtual {
		go n.monitor()
	}
	return n
}

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
