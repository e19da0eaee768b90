package profile

import (
	"cmp"
	"slices"
)

// This file sums up by functions.

// FunctionRow is a function and what was measured in it.
type FunctionRow struct {
	Service string
	Frame   Frame // without a line
	Self    int64
	Total   int64 // with what it calls; a function that calls itself counts once
	Count   int64 // looks that found it running
	Lines   []LineRow
}

// LineRow is what was measured at a line, with what it calls.
type LineRow struct {
	Line  int
	Total int64
}

// functionKey tells functions apart.
type functionKey struct {
	service string
	frame   Frame
}

// Functions gives the functions, those that take most by themselves first. What tasks work
// on is among them only where nothing that they call was seen.
func (p *Profile) Functions() []FunctionRow {
	rows := map[functionKey]*FunctionRow{}
	lines := map[functionKey]map[int]int64{}
	for i, n := range p.Nodes {
		if n.Value == 0 {
			continue
		}
		own := functionKey{n.Service, n.Frame.function()}
		seen := map[functionKey]map[int]bool{}
		for at := i; at >= 0; at = p.Nodes[at].Parent {
			f := p.Nodes[at].Frame
			key := functionKey{p.Nodes[at].Service, f.function()}
			if f.Kind == Task && key != own {
				continue
			}
			row := rows[key]
			if row == nil {
				row = &FunctionRow{Service: key.service, Frame: key.frame}
				rows[key], lines[key] = row, map[int]int64{}
			}
			if seen[key] == nil {
				seen[key] = map[int]bool{}
				row.Total += n.Value
			}
			if !seen[key][f.Line] && f.Line > 0 {
				seen[key][f.Line] = true
				lines[key][f.Line] += n.Value
			}
		}
		rows[own].Self += n.Value
		rows[own].Count += n.Count
	}
	list := []FunctionRow{}
	for key, row := range rows {
		row.Lines = linesOf(lines[key])
		list = append(list, *row)
	}
	slices.SortFunc(list, func(a, b FunctionRow) int {
		return cmp.Or(cmp.Compare(b.Self, a.Self), cmp.Compare(b.Total, a.Total), cmp.Compare(a.Service, b.Service), compareFrames(a.Frame, b.Frame))
	})
	return list
}

// linesOf gives the lines of a function, those that take most first.
func linesOf(values map[int]int64) []LineRow {
	lines := []LineRow{}
	for line, value := range values {
		lines = append(lines, LineRow{line, value})
	}
	slices.SortFunc(lines, func(a, b LineRow) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Line, b.Line))
	})
	return lines
}

// compareFrames orders frames by what people read.
func compareFrames(a, b Frame) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Defined, b.Defined), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Line, b.Line), cmp.Compare(a.Ended, b.Ended))
}
