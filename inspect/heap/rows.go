package heap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file lists where a service's memory is.

// Row is a place, and what it retains.
type Row struct {
	Path    string
	Bytes   int64
	Entries int    // of a table
	Objects int    // that it retains, itself included
	Kind    string // "table", "list of {at, id, text}", …
	IsTable bool
	With    []string
	Rest    bool // what larger places inside it retain is not part of it
	Own     bool // what it takes itself, without what it holds
	Folded  int  // so many places that are smaller than what is shown
}

// Kinds of rows that are no objects.
const (
	KindShared  = "shared"
	KindMachine = "machine"
	KindFolded  = "smaller places"
)

// Report is what was found.
type Report struct {
	Bytes   int64
	Objects int
	Rows    []Row    // the largest first; they make up Bytes
	Changed bool     // the service has run meanwhile
	With    []string // of what is at a path: who else holds it
	Beyond  int64    // of what is at a path: bytes that it leads to and others hold, too
}

// Limits bound a report.
type Limits struct {
	Rows  int // 0: all there are
	Share int // smaller places than one in so many parts of all are folded; 0: none
	Few   int // so many are shown, however small they are
}

const (
	// mostDepth is how deep a place is told by its parts.
	mostDepth = longestPath
	// mostRows bounds a list of all places.
	mostRows = 20_000
)

// DefaultLimits are those of a list that fits a screen.
var DefaultLimits = Limits{Rows: 30, Share: 100, Few: 10}

// Look finds what the places of a service retain, or those of what is at a path.
func Look(ctx context.Context, s *service.Service, path plain.Path, limits Limits) (Report, error) {
	f, p, err := take(ctx, s, path, nil)
	if err != nil {
		return Report{}, err
	}
	base := place{object: 1}
	if f.base != 0 {
		if base.object = p.tree.of[f.base]; base.object == 0 {
			return Report{}, fmt.Errorf("%s %w", path, ErrMoved)
		}
		base.path = path.String()
	}
	report := p.report(base, limits)
	report.Changed = f.changed
	if base.object != 1 {
		report.With = p.sharers(base.object)
		report.Beyond = p.reached(base.object) - report.Bytes
	}
	return report, nil
}

// take looks into a service and works out who retains what. The service goes on while
// that is done.
func take(ctx context.Context, s *service.Service, path plain.Path, samples *service.Profile) (*found, *picture, error) {
	f, err := survey(ctx, s, path, samples)
	if err != nil {
		return nil, nil, err
	}
	t, err := dominators(ctx, f.graph, func(i int) int64 { return f.bytes.at(i) })
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf(`%s holds more than can be worked out in that time; "timeout 1m" allows more: %w`, visible.Line(s.Name()), err)
	}
	if err != nil {
		return nil, nil, err
	}
	return f, &picture{f.graph, t}, nil
}

// reached adds up what an object leads to.
func (p *picture) reached(object uint32) (bytes int64) {
	seen := make([]bool, len(p.number))
	seen[object] = true
	for left := []uint32{object}; len(left) > 0; {
		from := int(p.number[left[len(left)-1]])
		left = left[:len(left)-1]
		bytes += p.bytes.at(from)
		p.links(from, func(to int) {
			if to := p.tree.of[to]; !seen[to] {
				seen[to] = true
				left = append(left, to)
			}
		})
	}
	return bytes
}

// sharers names the paths of those who hold an object, when they are several.
func (p *picture) sharers(object uint32) (with []string) {
	if p.alone(object) {
		return nil
	}
	for _, holder := range p.holders.of(object) {
		if !p.dominates(object, holder) && holder != 1 && len(with) <= mostHolders {
			with = append(with, join(p.path(holder), p.stepTo(holder, object)))
		}
	}
	slices.Sort(with)
	return slices.Compact(with)
}

func (p *picture) report(base place, limits Limits) Report {
	report := Report{Bytes: p.retained[base.object], Objects: int(p.objects[base.object])}
	l := lister{picture: p}
	rest := base
	rest.bytes, rest.objects = report.Bytes, report.Objects
	wanted := selection{most: mostRows}
	if limits.Rows > 0 {
		wanted = selection{least: report.Bytes / int64(limits.Share), few: limits.Few, most: limits.Rows}
	}
	parts, left := p.parts(base, wanted)
	for _, part := range parts {
		rest.bytes -= part.bytes
		rest.objects -= part.objects
		l.add(part, 1)
	}
	folded := Row{Kind: KindFolded, Folded: left}
	if base.object != 1 {
		own := p.bytes.at(int(p.number[base.object]))
		l.put(place{object: base.object, path: base.path, bytes: own, objects: 1}, false)
		l.rows[len(l.rows)-1].Own = true
		rest.bytes -= own
		rest.objects--
	}
	folded.Bytes, folded.Objects = rest.bytes, rest.objects
	report.Rows = fold(l.merged(), folded, report.Bytes, limits)
	return report
}

// lister makes rows of places.
type lister struct {
	*picture
	rows []Row
}

// add adds a place, or instead its largest parts, when few of them are most of it, and
// what is left of it.
func (l *lister) add(part place, depth int) {
	rest := part
	if large := l.large(part, depth); large != nil {
		for _, inner := range large {
			rest.bytes -= inner.bytes
			rest.objects -= inner.objects
			l.add(inner, depth+1)
		}
		l.put(rest, true)
		return
	}
	l.put(rest, false)
}

// large gives the few parts that are most of a place; nil when there are none such.
func (p *picture) large(of place, depth int) []place {
	if depth >= mostDepth || of.bytes < leastExpanded || of.object == 0 || of.path == machinePlace {
		return nil
	}
	parts, _ := p.parts(of, selection{least: of.bytes / expandShare, most: expandShare})
	sum := int64(0)
	var large []place
	for _, part := range parts {
		if part.bytes*expandShare < of.bytes || p.goesOn(of, part) {
			break
		}
		sum += part.bytes
		large = append(large, part)
	}
	if sum*2 < of.bytes {
		return nil
	}
	return large
}

// leastExpanded is what a place has to retain to be told by its parts.
const leastExpanded = 1024

// goesOn tells whether a part is the next link of a chain of like objects.
func (p *picture) goesOn(of, part place) bool {
	if part.object == 0 {
		return false
	}
	kind := p.shapeOf(part.object)
	return kind >= firstRecord && kind == p.shapeOf(p.content(of.object))
}

// put adds a row.
func (l *lister) put(pl place, rest bool) {
	row := Row{Path: pl.path, Bytes: pl.bytes, Objects: pl.objects, With: pl.with, Rest: rest}
	switch {
	case pl.object == 0:
		row.Kind = KindShared
	case pl.path == machinePlace:
		row.Kind, row.Rest = KindMachine, false
	default:
		inside := l.content(pl.object)
		row.Kind = l.kind(inside)
		kind := l.shapeOf(inside)
		row.IsTable = kind == shapeTable || kind >= firstRecord
		row.Entries = int(l.entries.at(int(l.number[inside])))
	}
	l.rows = append(l.rows, row)
}

// merged puts rows of one path together: of a variable, and of what it shares with others.
func (l *lister) merged() (rows []Row) {
	at := map[string]int{}
	for _, row := range l.rows {
		i, known := at[row.Path]
		if !known {
			at[row.Path] = len(rows)
			rows = append(rows, row)
			continue
		}
		larger, smaller := rows[i], row
		if smaller.Bytes > larger.Bytes {
			larger, smaller = smaller, larger
		}
		larger.Bytes += smaller.Bytes
		larger.Objects += smaller.Objects
		rows[i] = larger
	}
	return rows
}

// kind writes what an object is, a table with what it is a list or a table of.
func (p *picture) kind(object uint32) string {
	n := int(p.number[object])
	kind := p.shape.at(n)
	switch kind {
	case shapePlace:
		return ""
	case shapeTable:
	default:
		return p.one(kind)
	}
	counts := map[shape]int{}
	total, numbered := 0, 0
	p.eachLink(n, func(to int, way label) {
		switch way.way() {
		case byIndex:
			numbered++
			fallthrough
		case byName, byKey:
			counts[p.shape.at(to)]++
			total++
		}
	})
	for of, count := range counts {
		if count*2 > total && total > 1 && count*2 > int(p.entries.at(n)) {
			if numbered*2 > total {
				return "list of " + p.many(of)
			}
			return "table of " + p.many(of)
		}
	}
	return p.one(kind)
}

// fold sorts rows and puts the small ones together. What is the machine's comes last.
func fold(rows []Row, folded Row, total int64, limits Limits) []Row {
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Bytes, a.Bytes))
	})
	most := mostRows
	if limits.Rows > 0 {
		most = limits.Rows
	}
	var shown []Row
	for _, row := range rows {
		small := row.Bytes*int64(limits.Share) < total && len(shown) >= limits.Few
		if row.Bytes == 0 {
			continue
		}
		if row.Kind != KindMachine && (small && limits.Share > 0 || len(shown) >= most) {
			folded.Folded++
			folded.Bytes += row.Bytes
			folded.Objects += row.Objects
			continue
		}
		if row.Kind == KindMachine && folded.Folded > 0 {
			shown = append(shown, folded)
			folded.Folded = 0
		}
		shown = append(shown, row)
	}
	if folded.Folded > 0 {
		shown = append(shown, folded)
	}
	return shown
}

func rank(r Row) int {
	if r.Kind == KindMachine {
		return 1
	}
	return 0
}
