package snapshot

import (
	"encoding/binary"
	"errors"
	"math"

	"lunarium/inspect/plain"
)

// This file reads what a writer wrote. The bytes may come from a file that anybody wrote:
// whatever they are, reading them ends, takes memory in proportion to them, and gives a
// graph whose numbers all mean something, or ErrDamaged.

// ErrDamaged says that bytes are no snapshot, or not a whole one.
var ErrDamaged = errors.New("is no snapshot, or is damaged")

// mostAhead is for how many entries room is made before they are read.
const mostAhead = 1 << 12

type reader struct {
	in    []byte
	texts []string
	bad   bool
	most  int // the greatest number of an object that was read
}

// readGraph reads names, and objects.
func readGraph(in []byte) (*graph, error) {
	r := &reader{in: in, most: -1}
	g := &graph{}
	for n := r.count(3); n > 0 && !r.bad; n-- {
		g.roots = append(g.roots, root{r.bytes(), r.item(), r.tag() == 1})
	}
	for n := r.count(5); n > 0 && !r.bad; n-- {
		g.objects = append(g.objects, r.object())
	}
	if r.bad || len(r.in) > 0 || r.most >= len(g.objects) || !g.sound() {
		return nil, ErrDamaged
	}
	return g, nil
}

// sound tells whether each object is of the kind that others take it for, and the keys are
// such as tables have.
func (g *graph) sound() bool {
	is := func(i item) bool { return !i.isObject() || g.objects[i.object].kind == i.kind }
	for _, r := range g.roots {
		if !is(r.value) {
			return false
		}
	}
	for i := range g.objects {
		o := &g.objects[i]
		if o.meta >= 0 && (o.kind != plain.Table || g.objects[o.meta].kind != plain.Table) {
			return false
		}
		if len(o.entries) > 0 && o.kind != plain.Table && o.kind != plain.Function {
			return false
		}
		for _, e := range o.entries {
			if !is(e.key) || !is(e.value) || e.key.kind == plain.Nil || e.key.number != e.key.number {
				return false
			}
		}
	}
	return true
}

// count reads a number of things, each of which takes at least so many bytes.
func (r *reader) count(each int) int {
	n := r.number()
	if n > uint64(len(r.in)/each) {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *reader) number() uint64 {
	n, used := binary.Uvarint(r.in)
	if used <= 0 {
		r.bad = true
		return 0
	}
	r.in = r.in[used:]
	return n
}

func (r *reader) bytes() string { return string(r.take(r.count(1))) }

// take takes so many bytes, or none when there are fewer.
func (r *reader) take(n int) []byte {
	if n > len(r.in) {
		r.bad = true
		return nil
	}
	taken := r.in[:n]
	r.in = r.in[n:]
	return taken
}

func (r *reader) tag() byte {
	if one := r.take(1); one != nil {
		return one[0]
	}
	return 0
}

func (r *reader) item() item {
	switch tag := r.tag(); tag {
	case tagNil:
		return item{}
	case tagFalse, tagTrue:
		return item{kind: plain.Boolean, number: float64(tag - tagFalse)}
	case tagWhole:
		n, used := binary.Varint(r.in)
		if used <= 0 {
			r.bad = true
			return item{}
		}
		r.in = r.in[used:]
		return item{kind: plain.Number, number: float64(n)}
	case tagFloat:
		if eight := r.take(8); eight != nil {
			return item{kind: plain.Number, number: math.Float64frombits(binary.LittleEndian.Uint64(eight))}
		}
		return item{}
	case tagText:
		s := r.bytes()
		if hasNumber(s, len(r.texts)) {
			r.texts = append(r.texts, s)
		}
		return item{kind: plain.String, text: s}
	case tagKnown:
		if n := r.number(); n < uint64(len(r.texts)) {
			return item{kind: plain.String, text: r.texts[n]}
		}
		r.bad = true
		return item{}
	default:
		return r.reference(tag)
	}
}

// reference reads the number of an object.
func (r *reader) reference(tag byte) item {
	kind, n := plain.Table+plain.Kind(tag-tagObject), r.number()
	if kind > plain.Thread || n > math.MaxInt32 {
		r.bad = true
		return item{}
	}
	r.most = max(r.most, int(n))
	return item{kind: kind, object: int(n)}
}

func (r *reader) object() object {
	o := object{kind: plain.Table + plain.Kind(r.tag()), text: r.bytes(), sequence: r.number()}
	meta := r.number()
	if o.kind < plain.Table || o.kind > plain.Thread || meta > math.MaxInt32 {
		r.bad = true
		return o
	}
	o.meta = int(meta) - 1
	r.most = max(r.most, o.meta)
	n := r.count(2)
	o.entries = make([]entry, 0, min(n, mostAhead))
	for ; n > 0 && !r.bad; n-- {
		o.entries = append(o.entries, entry{r.item(), r.item()})
	}
	return o
}
