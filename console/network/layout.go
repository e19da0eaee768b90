package network

import (
	"math"
	"slices"
)

// This file finds places for the nodes: on a circle, those with much between them near
// each other.

type point struct{ x, y float64 }

// onCircle gives the nodes' places around a centre, the first at the top, then clockwise.
func onCircle(nodes []Node, centre point, radius float64) map[Node]point {
	at := map[Node]point{}
	for i, n := range nodes {
		angle := 2*math.Pi*float64(i)/float64(len(nodes)) - math.Pi/2
		at[n] = point{centre.x + radius*math.Cos(angle), centre.y + radius*math.Sin(angle)}
	}
	return at
}

// arranged puts the nodes in an order: the next one is always that which has most to do
// with the one before it or, when none has, with all that stand already.
func arranged(edges []Edge) []Node {
	left := nodesOf(edges)
	between := map[[2]Node]float64{}
	for _, e := range edges {
		between[[2]Node{e.From, e.To}] += e.Value
		between[[2]Node{e.To, e.From}] += e.Value
	}
	var order []Node
	for len(left) > 0 {
		best, most := 0, -1.0
		for i, n := range left {
			weight := 0.0
			for k, stands := range order {
				weight += between[[2]Node{n, stands}]
				if k == len(order)-1 {
					weight += float64(len(order)) * between[[2]Node{n, stands}]
				}
			}
			if weight > most {
				best, most = i, weight
			}
		}
		order = append(order, left[best])
		left = slices.Delete(left, best, best+1)
	}
	return order
}
