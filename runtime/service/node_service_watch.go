package service

import (
	"slices"
	"sync"
	"sync/atomic"
)

// This file holds who is told of services that begin, load code, are free of their debugger and end.

// ServiceWatch is told of a node's services, on their own threads. Its functions must be
// quick.
type ServiceWatch struct {
	Born func(Self) // before anything of a new service runs
	// Loaded: the service has come by a chunk of a file. It is told between messages, or
	// when the task that runs can be looked at.
	Loaded func(Self)
	Freed  func(Self) // its debugger has left it; told as Loaded is
	Ended  func(Self)
}

// serviceWatches are those of a node.
type serviceWatches struct {
	list atomic.Pointer[[]*ServiceWatch] // replaced, not changed; nil: none
	mu   sync.Mutex                      // who replaces it
}

// WatchServices has a watch told until stop is called; what happened before may still be
// told then.
func (n *Node) WatchServices(w *ServiceWatch) (stop func()) {
	n.watches.change(func(list []*ServiceWatch) []*ServiceWatch { return append(list, w) })
	return func() {
		n.watches.change(func(list []*ServiceWatch) []*ServiceWatch {
			return slices.DeleteFunc(list, func(other *ServiceWatch) bool { return other == w })
		})
	}
}

func (c *serviceWatches) change(change func([]*ServiceWatch) []*ServiceWatch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := change(slices.Clone(c.watching()))
	if len(list) == 0 {
		c.list.Store(nil)
		return
	}
	c.list.Store(&list)
}

func (c *serviceWatches) watching() []*ServiceWatch {
	if list := c.list.Load(); list != nil {
		return *list
	}
	return nil
}
