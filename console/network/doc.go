// Package network draws who sends how much to whom: as SVG, and in DOT, Graphviz's
// language. It knows nothing of services: nodes with names, and edges with labels. It
// starts no goroutines.
//
// A picture is one text without scripts, styles or references, so that it can be shown
// anywhere. All texts are made fit to be seen, and escaped.
//
// Glossary: a node is a point with a name; an edge is an arrow from one to another, the
// wider the greater its value.
//
// Files, from the ground up:
//   - edge.go: what a network consists of
//   - dot.go: a network in DOT
//   - layout.go: where the nodes stand
//   - svg.go: the drawing
package network
