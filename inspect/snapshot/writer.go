package snapshot

import (
	"encoding/binary"
	"math"

	"lunarium/inspect/plain"
)

// This file writes a graph as bytes.

// writer writes the bytes of a graph. The names with their values come first, then the objects in the order of their numbers,
// which is that in which they were met. A value is a tag with what it needs:
//
//	nil false true
//	whole    zigzag varint       a whole number
//	float    8 bytes             another number
//	text     length, bytes       a string; a short one has the next number of the texts
//	known    number              a text again
//	table function userdata thread   the number of the object
//
// An object is its kind, a description, its number in its state, one more than that of its
// metatable, and its entries, each a key and a value.
type writer struct {
	pieces [][]byte // those that are full; the first one has the names
	out    []byte
	size   int // of all pieces
	texts  map[string]uint64
}

// pieceLength is how long pieces are: what was written is not copied while more is.
const pieceLength = 1 << 18

// cut begins a new piece.
func (w *writer) cut() {
	w.pieces = append(w.pieces, w.out)
	w.size += len(w.out)
	w.out = make([]byte, 0, pieceLength+pieceLength/8)
}

// joined gives what was written of so many objects.
func (w *writer) joined(objects int) []byte {
	w.cut()
	all := make([]byte, 0, w.size+binary.MaxVarintLen64)
	for i, piece := range w.pieces {
		if all = append(all, piece...); i == 0 {
			all = binary.AppendUvarint(all, uint64(objects))
		}
	}
	return all
}

const (
	tagNil = iota
	tagFalse
	tagTrue
	tagWhole
	tagFloat
	tagText
	tagKnown
	tagObject // with the kinds from plain.Table on
)

const (
	// longestKnown is the length of the longest text that has a number, and mostKnown how
	// many have.
	longestKnown = 40
	mostKnown    = 1 << 16
	// mostWhole is the largest whole number that is written as one.
	mostWhole = 1 << 53
)

func newWriter() *writer { return &writer{texts: map[string]uint64{}} }

func (w *writer) count(n uint64) { w.out = binary.AppendUvarint(w.out, n) }

func (w *writer) bytes(s string) {
	w.count(uint64(len(s)))
	w.out = append(w.out, s...)
}

func (w *writer) item(i item) {
	switch i.kind {
	case plain.Nil:
		w.out = append(w.out, tagNil)
	case plain.Boolean:
		w.out = append(w.out, tagFalse+byte(i.number))
	case plain.Number:
		w.number(i.number)
	case plain.String:
		w.text(i.text)
	default:
		w.out = append(w.out, tagObject+byte(i.kind-plain.Table))
		w.count(uint64(i.object))
	}
}

func (w *writer) number(f float64) {
	if whole := int64(f); float64(whole) == f && math.Abs(f) < mostWhole && (whole != 0 || !math.Signbit(f)) {
		w.out = append(w.out, tagWhole)
		w.out = binary.AppendVarint(w.out, whole)
		return
	}
	w.out = append(w.out, tagFloat)
	w.out = binary.LittleEndian.AppendUint64(w.out, math.Float64bits(f))
}

func (w *writer) text(s string) {
	if number, known := w.texts[s]; known {
		w.out = append(w.out, tagKnown)
		w.count(number)
		return
	}
	w.out = append(w.out, tagText)
	w.bytes(s)
	if hasNumber(s, len(w.texts)) {
		w.texts[s] = uint64(len(w.texts))
	}
}

// hasNumber tells whether a text gets a number, when so many have one.
func hasNumber(s string, known int) bool { return len(s) <= longestKnown && known < mostKnown }

// begin begins an object, whose entries follow.
func (w *writer) begin(kind plain.Kind, text string, sequence uint64, meta, entries int) {
	if len(w.out) >= pieceLength {
		w.cut()
	}
	w.out = append(w.out, byte(kind-plain.Table))
	w.bytes(text)
	w.count(sequence)
	w.count(uint64(meta + 1))
	w.count(uint64(entries))
}
