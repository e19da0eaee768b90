package service

import (
	"context"
	"time"
)

// This file begins profiles, and ends them.

// Profile begins to measure services, all of them when none are given. End must follow.
func (n *Node) Profile(kind ProfileKind, only ...*Service) *Profile {
	p := &Profile{Kind: kind, node: n, only: only, begun: n.clock.Elapsed()}
	services := only
	if len(only) == 0 {
		n.profiling.add(p)
		services = n.Services()
	}
	for _, s := range services {
		s.profiles.join(p)
	}
	return p
}

// Samples tells how often it has looked at a stack so far.
func (p *Profile) Samples() int64 { return p.stacks.samples() }

// Took tells for how long it measures, by the node's clock.
func (p *Profile) Took() time.Duration { return p.node.clock.Elapsed() - p.begun }

// End ends the measuring and gives what was measured; again, it gives the same. Services
// are asked what waits in them, each within its own context; silent counts those that did
// not answer.
func (p *Profile) End(each func() (context.Context, context.CancelFunc)) (nodes []ProfileNode, silent int) {
	p.node.profiling.remove(p)
	services := p.only
	if len(services) == 0 {
		services = p.node.Services()
	}
	for _, s := range services {
		if p.Kind == ProfileWait && s.profiles.Load().has(p) && !s.tellsWaits(each, p) {
			silent++
		}
		s.profiles.leave(p)
	}
	return p.stacks.close(), silent
}

// tellsWaits has a service add what waits in it.
func (s *Service) tellsWaits(limited func() (context.Context, context.CancelFunc), p *Profile) bool {
	ctx, cancel := limited()
	defer cancel()
	err := s.runReading(ctx, func() { s.endWaits(p) })
	return err == nil || s.runState.Load() == runEnded
}
