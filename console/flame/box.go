package flame

// This file holds what a graph consists of.

// Color says in which shades a box is.
type Color uint8

// The shades.
const (
	Warm Color = iota
	Blue
	Violet
	Grey
)

// Box is a part of a graph.
type Box struct {
	Name  string
	Title string // is shown when the mouse is over it
	Color Color
	Value int64 // with that of the boxes below it
	Below []Box
}
