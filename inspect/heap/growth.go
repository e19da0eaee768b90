package heap

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lunarium/runtime/service"
)

// This file says what has grown since a mark.

// Growth is what has grown.
type Growth struct {
	Since         time.Duration
	Bytes, Before int64
	Grown         []GrownRow  // places, those that grew most first
	Kinds         []GrownKind // objects by what they are, likewise
	Smaller       int         // places that grew less than what is listed
	Reloaded      bool        // the code is another version than it was
	Changed       bool
}

// GrownRow is a place that grew.
type GrownRow struct {
	Row
	MoreBytes   int64
	MoreEntries int
	New         bool // there was no such place
	Lines       []Line
	place       place
}

// GrownKind is a kind of objects of which there are more.
type GrownKind struct {
	Kind        string
	Objects     int
	Bytes       int64
	MoreObjects int
	MoreBytes   int64
}

const (
	// mostGrown and mostGrownKinds bound what is listed of places and of kinds,
	// mostGrownOfAll what is of places when all are asked for.
	mostGrown      = 30
	mostGrownOfAll = 500
	mostGrownKinds = 8
	// grownShare is which part of all growth is worth a line.
	grownShare = 100
)

// Compare looks into a service and says what has grown since a mark of it.
func Compare(ctx context.Context, s *service.Service, m *Mark, all bool) (Growth, error) {
	f, p, err := take(ctx, s, nil, m.samples)
	if err != nil {
		return Growth{}, err
	}
	g := Growth{Since: f.at - m.at, Bytes: p.retained[1], Before: m.Bytes, Changed: f.changed, Reloaded: f.version != m.version}
	c := comparer{picture: p}
	parts, _ := p.parts(place{object: 1}, selection{least: 1, most: mostRows})
	for _, part := range grown(parts, m.root) {
		c.add(part, 1)
	}
	g.Grown, g.Smaller = c.listed(all)
	g.Kinds = grownKinds(m.kinds, p.kinds())
	p.findLines(&g)
	return g, nil
}

// findLines names the lines of the places. A sample belongs to the innermost of the places
// that it is part of.
func (p *picture) findLines(g *Growth) {
	if len(p.sampled) == 0 {
		return
	}
	places := make([]allocated, len(g.Grown))
	within := make([]inside, len(g.Grown))
	for i, row := range g.Grown {
		places[i], within[i] = allocated{}, p.inside(row.place)
	}
	for number, one := range p.sampled {
		object := p.of[number]
		if object == 0 {
			continue // nothing leads to it any more
		}
		innermost := -1
		for i := range within {
			if within[i].has(object) && (innermost < 0 || g.Grown[i].Bytes < g.Grown[innermost].Bytes) {
				innermost = i
			}
		}
		if innermost >= 0 {
			places[innermost].add(one, p.many(p.shapeOf(object)))
		}
	}
	for i := range g.Grown {
		g.Grown[i].Lines = places[i].lines()
	}
}

// grownPart is a part of a place with what it was.
type grownPart struct {
	place
	was  *kept // nil: it was not there, or is not known
	more int64
}

// grown gives the parts that grew, those that grew most first. A part that was not kept
// retained no more than the least of those that were.
func grown(parts []place, was *kept) (list []grownPart) {
	seen := map[string]int64{} // of several with one step
	for _, part := range parts {
		one := grownPart{place: part, more: part.bytes}
		switch {
		case was == nil:
		case was.parts[part.step] != nil:
			one.was = was.parts[part.step]
			before := max(one.was.bytes-seen[part.step], 0)
			seen[part.step] += part.bytes
			one.more -= before
		case was.cut:
			one.more -= was.least
		}
		if one.more > 0 {
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(a, b grownPart) int { return cmp.Compare(b.more, a.more) })
	return list
}

// comparer makes rows of what grew.
type comparer struct {
	*picture
	rows []GrownRow
}

// add adds a place that grew, or instead its parts that did, when few of them are most of
// the growth.
func (c *comparer) add(part grownPart, depth int) {
	few := c.few(part, depth)
	rest := part.more
	for _, inner := range few {
		rest -= inner.more
		c.add(inner, depth+1)
	}
	if len(few) > 0 && rest*expandShare < part.more {
		return
	}
	l := lister{picture: c.picture}
	l.put(part.place, len(few) > 0)
	row := GrownRow{Row: l.rows[0], MoreBytes: rest, New: part.was == nil, place: part.place}
	row.MoreEntries = c.entriesOf(part.place)
	if part.was != nil {
		row.MoreEntries -= part.was.entries
	}
	c.rows = append(c.rows, row)
}

// few gives the few parts of a place that are most of its growth; none: it is told itself.
func (c *comparer) few(of grownPart, depth int) []grownPart {
	if depth >= mostDepth || of.object == 0 || of.path == machinePlace {
		return nil
	}
	parts, _ := c.parts(of.place, selection{least: max(of.more/expandShare, 1), most: mostRows})
	sum := int64(0)
	var few []grownPart
	for _, part := range grown(parts, of.was) {
		if part.more*expandShare < of.more || c.goesOn(of.place, part.place) {
			break
		}
		sum += part.more
		few = append(few, part)
	}
	if sum*2 < of.more {
		return nil
	}
	return few
}

// listed gives the rows that are worth it, or as many as may be, and how many are not
// among them.
func (c *comparer) listed(all bool) (rows []GrownRow, smaller int) {
	slices.SortStableFunc(c.rows, func(a, b GrownRow) int { return cmp.Compare(b.MoreBytes, a.MoreBytes) })
	sum := int64(0)
	for _, row := range c.rows {
		sum += row.MoreBytes
	}
	for i, row := range c.rows {
		if i == mostGrownOfAll || !all && (i == mostGrown || row.MoreBytes*grownShare < sum) {
			return rows, len(c.rows) - i
		}
		rows = append(rows, row)
	}
	return rows, 0
}

// grownKinds compares objects by what they are.
func grownKinds(was, is map[string]amount) (list []GrownKind) {
	sum := int64(0)
	for kind, one := range is {
		row := GrownKind{kind, one.objects, one.bytes, one.objects - was[kind].objects, one.bytes - was[kind].bytes}
		if row.MoreBytes > 0 && row.MoreObjects > 0 {
			sum += row.MoreBytes
			list = append(list, row)
		}
	}
	slices.SortFunc(list, func(a, b GrownKind) int {
		return cmp.Or(cmp.Compare(b.MoreBytes, a.MoreBytes), cmp.Compare(a.Kind, b.Kind))
	})
	for i, row := range list {
		if i == mostGrownKinds || row.MoreBytes*grownShare < sum {
			return list[:i]
		}
	}
	return list
}
