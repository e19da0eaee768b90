// Package flame draws flame graphs as SVG. It knows nothing of what they show: boxes with
// names, values and titles, within each other. It starts no goroutines.
//
// A picture is one text without scripts, styles or references, so that it can be shown
// anywhere. All texts are made fit to be seen, and escaped.
//
// Glossary: a box is a rectangle as wide as its value; the root is the uppermost, and below
// each box stand those that it consists of; a shade is the colour of a kind of boxes.
//
// Files, from the ground up:
//   - box.go: what a graph consists of
//   - svg.go: the drawing
package flame
