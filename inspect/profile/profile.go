package profile

import (
	"context"
	"time"

	"lunarium/runtime/service"
)

// This file holds what was measured, and how it is measured.

// Unit says what values count.
type Unit string

// What values count.
const (
	Nanoseconds Unit = "nanoseconds"
	Polls       Unit = "polls" // of the machine, with the virtual clock
	Bytes       Unit = "bytes" // that were allocated
)

// Node is a frame as it was reached from others.
type Node struct {
	Frame   Frame
	Service string // the name of the file of the service, or of the services
	Parent  int    // the node of the call around it, before it in the list; -1: there is none
	Value   int64  // measured here, and in nothing that is called from here
	Count   int64  // how often it was
}

// Profile is what was measured.
type Profile struct {
	Kind   service.ProfileKind
	Unit   Unit
	Took   time.Duration // by the node's clock
	Begun  time.Time
	Total  int64
	Count  int64 // looks, or waits
	Silent int   // services that did not tell what waits in them
	Nodes  []Node
	Paths  map[string]string // the paths of services' files, by the names that frames have
}

// Measure measures services, all of them when none are given, while pass lets time pass:
// it is called again until it says that there is no more, or fails, and is told how many
// looks there were. limited gives the context of a question to one service.
func Measure(n *service.Node, kind service.ProfileKind, only []*service.Service, limited func() (context.Context, context.CancelFunc), pass func(looks int64) (more bool, err error)) (Profile, error) {
	begun := n.Clock().Now()
	measuring := n.Profile(kind, only...)
	defer measuring.End(limited) // also when pass panics
	var failed error
	for more := true; more && failed == nil; {
		more, failed = pass(measuring.Samples())
	}
	took := measuring.Took()
	nodes, silent := measuring.End(limited)
	p := Profile{Kind: kind, Unit: unitOf(n, kind), Took: took, Begun: begun, Silent: silent, Paths: pathsOf(n)}
	p.name(namer{n}, nodes)
	return p, failed
}

func unitOf(n *service.Node, kind service.ProfileKind) Unit {
	switch {
	case kind == service.ProfileAlloc:
		return Bytes
	case kind == service.ProfileCPU && n.Clock().Virtual():
		return Polls
	}
	return Nanoseconds
}

// name gives the nodes names.
func (p *Profile) name(names namer, nodes []service.ProfileNode) {
	p.Nodes = make([]Node, len(nodes))
	for i, n := range nodes {
		of := n.Spot.Base
		if n.Parent >= 0 {
			of = p.Nodes[n.Parent].Service
		}
		p.Nodes[i] = Node{names.frame(n.Spot), of, n.Parent, n.Value, n.Count}
		p.Total += n.Value
		p.Count += n.Count
	}
}

// pathsOf gives the paths of the services' files. Of several files of one name none is
// given.
func pathsOf(n *service.Node) map[string]string {
	paths := map[string]string{}
	for _, s := range n.Services() {
		if s.Path() == "" {
			continue
		}
		name := service.ShortPath(s.Path())
		if other, is := paths[name]; is && other != s.Path() {
			paths[name] = ""
			continue
		}
		paths[name] = s.Path()
	}
	return paths
}
