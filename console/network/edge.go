package network

import "slices"

// This file holds what a network consists of.

// Node is a point.
type Node struct {
	ID   string // of which there is one
	Name string
}

// Edge goes from one node to another, or back to itself.
type Edge struct {
	From, To Node
	Value    float64 // of its width
	Label    string
	Title    string // is shown when the mouse is over it
	Failed   bool   // something on it failed
}

// nodesOf gives the nodes of edges, in the order in which they first come.
func nodesOf(edges []Edge) (nodes []Node) {
	for _, e := range edges {
		for _, n := range []Node{e.From, e.To} {
			if !slices.Contains(nodes, n) {
				nodes = append(nodes, n)
			}
		}
	}
	return nodes
}

// greatest gives the greatest value.
func greatest(edges []Edge) float64 {
	most := 0.0
	for _, e := range edges {
		most = max(most, e.Value)
	}
	return most
}
