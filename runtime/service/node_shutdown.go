package service

import (
	"context"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds how a node is shut down.

const shutdownWait = 5 * time.Second

// Shutdown sends every service that handles the protocol "system" the message
// "shutdown", waits for those to end, at most Config.ShutdownWait by the node's
// clock or until ctx ends, then ends the others and stops the node with exit
// code 0. It gives the services that had not ended by themselves.
func (n *Node) Shutdown(ctx context.Context) (late []*Service) {
	n.shutsDown.Store(true)
	n.AllowMoreSteps(0)
	asked := n.askToShutDown(ctx)
	limit := n.config.ShutdownWait
	if limit == 0 {
		limit = shutdownWait
	}
	if n.config.Virtual {
		n.awaitVirtually(ctx, asked, limit)
	} else {
		n.awaitReally(ctx, asked, limit)
	}
	for _, s := range asked {
		if s.Status() != StatusEnded {
			late = append(late, s)
		}
	}
	n.Stop(0)
	n.overBriefly(ctx)
	return late
}

// settleLimit bounds the real time that Shutdown gives to things that should
// take none. With the virtual clock it is longer: there the outcome must not
// depend on how busy the machine is.
func (n *Node) settleLimit() time.Duration {
	if n.config.Virtual {
		return time.Minute
	}
	return time.Second
}

func (n *Node) settleBriefly(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, n.settleLimit())
	defer cancel()
	_ = n.Settle(ctx) // what is still busy is stopped anyway
}

// overBriefly is settleBriefly for a node that stops.
func (n *Node) overBriefly(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, n.settleLimit())
	defer cancel()
	_ = n.awaitOver(ctx) // what does not end by then ends with the process
}

// askToShutDown sends the message to those that can handle it.
func (n *Node) askToShutDown(ctx context.Context) []*Service {
	ctx, cancel := context.WithTimeout(ctx, n.settleLimit())
	defer cancel()
	var asked []*Service
	for _, s := range n.Services() {
		handles := false
		err := s.do(ctx, func() { handles = s.protocol(message.TypeSystem).accepts() })
		if err != nil || !handles {
			continue
		}
		m := message.Message{Type: message.TypeSystem, Source: message.NodeAddress, Dest: s.address, Payload: message.Direct(vm.String("shutdown"))}
		if n.Send(m) == nil {
			asked = append(asked, s)
		}
	}
	return asked
}

func (n *Node) awaitReally(ctx context.Context, asked []*Service, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, s := range asked {
		select {
		case <-s.gone:
		case <-ctx.Done():
			return
		}
	}
}

// awaitVirtually moves the virtual clock from timer to timer until the services
// have ended or the limit has passed.
func (n *Node) awaitVirtually(ctx context.Context, asked []*Service, limit time.Duration) {
	until := n.clock.Elapsed() + limit
	for {
		n.settleBriefly(ctx)
		left := false
		for _, s := range asked {
			left = left || s.Status() != StatusEnded
		}
		due, pending := n.clock.driver.Next()
		if !left || !pending || due > until {
			return
		}
		if _, _, err := n.clock.Next(ctx); err != nil {
			return
		}
	}
}
