package heap

import (
	"container/heap"
	"context"
	"strings"
	"time"

	"lunarium/runtime/service"
)

// This file keeps what the places of a service retained at a moment, to be compared with
// later ones.

// Mark is what the places of a service retained when it was made. It is plain data: it
// keeps nothing of the service alive.
type Mark struct {
	Bytes   int64
	Objects int
	at      time.Duration // by the service's clock
	version int           // of its code
	root    *kept
	kinds   map[string]amount
	samples *service.Profile // that knows where objects are allocated since; or nil
}

// amount is how many objects there are of a kind, and what they take themselves.
type amount struct {
	objects int
	bytes   int64
}

// kept is what a mark keeps of a place.
type kept struct {
	bytes   int64
	entries int
	parts   map[string]*kept // by the step to them
	cut     bool             // the place had more parts,
	least   int64            // none of which retained more than that
}

const (
	// mostKept and mostKeptParts bound a mark: places, and parts of each.
	mostKept      = 4096
	mostKeptParts = 64
)

// NewMark looks into a service. With lines it notes from now on where objects are allocated,
// until End.
func NewMark(ctx context.Context, s *service.Service, lines bool) (*Mark, error) {
	var samples *service.Profile
	if lines {
		samples = s.Node().Profile(service.ProfileObjects, s)
	}
	f, p, err := take(ctx, s, nil, nil)
	if err != nil {
		endSamples(samples)
		return nil, err
	}
	m := p.mark(f)
	m.samples = samples
	return m, nil
}

// Lines tells whether it notes where objects are allocated.
func (m *Mark) Lines() bool { return m.samples != nil }

// End ends what NewMark began.
func (m *Mark) End() { endSamples(m.samples) }

func endSamples(samples *service.Profile) {
	if samples != nil {
		samples.End(nil)
	}
}

func (p *picture) mark(f *found) *Mark {
	m := &Mark{
		Bytes: p.retained[1], Objects: int(p.objects[1]), at: f.at, version: f.version, root: &kept{}, kinds: p.kinds(),
	}
	pending := &largest{{place{object: 1, bytes: m.Bytes}, m.root, 0}}
	for count := 0; pending.Len() > 0 && count < mostKept; {
		next := heap.Pop(pending).(unkept)
		for _, part := range p.keep(next) {
			count++
			heap.Push(pending, part)
		}
	}
	for _, left := range *pending { // nothing is known of their parts
		left.kept.cut, left.kept.least = true, left.bytes
	}
	return m
}

// keep keeps the parts of a place.
func (p *picture) keep(of unkept) (list []unkept) {
	if of.depth >= mostDepth || of.object == 0 {
		return nil
	}
	parts, left := p.parts(of.place, selection{least: 1, most: mostKeptParts})
	of.kept.parts = make(map[string]*kept, len(parts))
	for _, part := range parts {
		if of.depth > 0 && p.goesOn(of.place, part) {
			left++
			continue
		}
		one := of.kept.parts[part.step]
		if one == nil {
			one = &kept{}
			of.kept.parts[strings.Clone(part.step)] = one
		}
		one.bytes += part.bytes
		one.entries = max(one.entries, p.entriesOf(part))
		list = append(list, unkept{part, one, of.depth + 1})
	}
	if left > 0 {
		of.kept.cut = true
		if len(parts) == mostKeptParts {
			of.kept.least = parts[len(parts)-1].bytes
		}
	}
	return list
}

// entriesOf gives the entries of the table that a place is; 0: it is none.
func (p *picture) entriesOf(pl place) int {
	if pl.object == 0 {
		return len(pl.members)
	}
	return int(p.entries.at(int(p.number[p.content(pl.object)])))
}

// unkept is a place whose parts were not kept yet.
type unkept struct {
	place
	kept  *kept
	depth int
}

// largest is a heap of them, the one that retains most on top.
type largest []unkept

// Len, Less, Swap, Push and Pop are heap.Interface's.
func (l *largest) Len() int           { return len(*l) }
func (l *largest) Less(i, j int) bool { return (*l)[i].bytes > (*l)[j].bytes }
func (l *largest) Swap(i, j int)      { (*l)[i], (*l)[j] = (*l)[j], (*l)[i] }
func (l *largest) Push(x any)         { *l = append(*l, x.(unkept)) }
func (l *largest) Pop() any {
	last := len(*l) - 1
	one := (*l)[last]
	*l = (*l)[:last]
	return one
}

// kinds counts the objects by what they are.
func (p *picture) kinds() map[string]amount {
	counts := make([]amount, firstRecord+shape(len(p.shapes.names)))
	for n := 1; n < len(p.number); n++ {
		number := int(p.number[n])
		one := &counts[p.shape.at(number)]
		one.objects++
		one.bytes += p.bytes.at(number)
	}
	kinds := map[string]amount{}
	for i, one := range counts {
		if one.objects > 0 && shape(i) != shapePlace {
			before := kinds[p.many(shape(i))]
			kinds[p.many(shape(i))] = amount{before.objects + one.objects, before.bytes + one.bytes}
		}
	}
	return kinds
}
