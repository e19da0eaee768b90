package command

import (
	"slices"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/console/secret"
	"lunarium/inspect/heap"
)

// This file draws what is known of the places of a service's memory.

// heapRow is a place.
type heapRow struct {
	Path    string
	Bytes   int64
	Entries int
	Objects int
	Kind    string
	With    []string `json:",omitempty"`
	Rest    bool     `json:",omitempty"`
	Own     bool     `json:",omitempty"`
	Folded  int      `json:",omitempty"`
}

func heapRowOf(r heap.Row) heapRow {
	return heapRow{r.Path, r.Bytes, r.Entries, r.Objects, r.Kind, r.With, r.Rest, r.Own, r.Folded}
}

// hidePlace leaves out of a row what who is at the session does not see: the keys of tables that
// stand under a name that looks secret.
func hidePlace(o *console.Operator, row *heap.Row) {
	path, hides := o.Hidden().Path(row.Path)
	row.Path = path
	if hides && row.Kind != heap.KindShared && row.Kind != heap.KindMachine && row.Kind != heap.KindFolded {
		row.Kind = secret.Hidden
	}
	row.With = seenPaths(o, row.With)
}

// seenPaths gives what who is at the session sees of paths.
func seenPaths(o *console.Operator, paths []string) []string {
	if o.Hidden() == nil {
		return paths
	}
	var seen []string
	for _, path := range paths {
		path, _ = o.Hidden().Path(path)
		seen = append(seen, path)
	}
	return slices.Compact(seen)
}

var heapColumns = []render.Column{
	{Name: "place", Shrink: 1}, {Name: "memory", Align: render.Right}, {Name: "entries", Align: render.Right},
	{Name: "objects", Align: render.Right},
	{Name: "kind", Shrink: 2}, {Name: "", Role: render.Note, Shrink: 3},
}

func heapCells(row heap.Row) []string {
	size, objects, entries := render.Size(row.Bytes), render.Count(row.Objects), ""
	place := row.Path
	switch {
	case row.Kind == heap.KindFolded:
		return []string{"… " + render.Plural(row.Folded, "smaller place", "smaller places"), size, "", objects}
	case row.Kind == heap.KindMachine || row.Kind == heap.KindShared:
		return []string{place, size, "", objects}
	case row.IsTable:
		entries = render.Count(row.Entries)
	}
	switch {
	case row.Rest:
		place += ", the rest"
	case row.Own:
		place += ", itself"
	}
	return []string{place, size, entries, objects, row.Kind, heldBy(row)}
}

// heldBy says who else holds a place.
func heldBy(row heap.Row) string {
	var others []string
	for _, with := range row.With {
		if with != row.Path {
			others = append(others, with)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "also " + strings.Join(others, ", ")
}

// changedNote says what a look at a service that ran meanwhile is worth.
func changedNote(o *console.Operator, changed bool) string {
	if !changed {
		return ""
	}
	return "\n" + o.Paint(render.Note, "it ran meanwhile: what came or went may be counted or not")
}
