package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/heap"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds heap mark, heap diff and heap unmark: what grows.

// heapWords are the words after heap that are no services, when a service follows.
var heapWords = map[string]func(ctx context.Context, o *console.Operator, svc *service.Service, rest string) error{
	"mark": heapMark, "diff": heapDiff, "unmark": heapUnmark,
}

// linesWord has a mark note where objects are allocated.
const linesWord = "lines"

func heapMark(ctx context.Context, o *console.Operator, svc *service.Service, rest string) error {
	if rest != "" && rest != linesWord {
		return o.Usage("heap")
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	mark, err := heap.NewMark(timed, svc, rest == linesWord)
	if err != nil {
		return err
	}
	if err := o.Keep(svc, mark, mark.End); err != nil {
		return err
	}
	since := ""
	if mark.Lines() {
		since = ", and at which lines"
	}
	return o.Reply(map[string]any{"bytes": mark.Bytes, "objects": mark.Objects, "lines": mark.Lines()},
		fmt.Sprintf("%s marked: %s in %s; \"heap diff %s\" tells what has grown since%s",
			console.Title(svc), render.Size(mark.Bytes), render.Plural(mark.Objects, "object", "objects"), console.Typed(svc), since))
}

func heapUnmark(_ context.Context, o *console.Operator, svc *service.Service, rest string) error {
	if rest != "" {
		return o.Usage("heap")
	}
	_, was := o.Kept(svc).(*heap.Mark)
	o.Forget(svc)
	text := "the mark of " + console.Title(svc) + " is gone"
	if !was {
		text = "there is no mark of " + console.Title(svc)
	}
	return o.Reply(map[string]any{"unmarked": was}, text)
}

func heapDiff(ctx context.Context, o *console.Operator, svc *service.Service, rest string) error {
	if rest != "" {
		return o.Usage("heap")
	}
	mark, is := o.Kept(svc).(*heap.Mark)
	if !is {
		return fmt.Errorf("this session has no mark of %s; \"heap mark %s\" makes one", console.Title(svc), console.Typed(svc))
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	growth, err := heap.Compare(timed, svc, mark)
	if err != nil {
		return err
	}
	return o.Reply(growthDataOf(growth), growthText(o, svc, growth, mark.Lines()))
}

// growthData is heap diff's reply as JSON.
type growthData struct {
	Since    time.Duration
	Before   int64
	Bytes    int64
	Changed  bool // the service ran meanwhile
	Reloaded bool // its code is another version now
	Places   []growthRow
	Kinds    []heap.GrownKind
}

type growthRow struct {
	Path        string
	MoreBytes   int64
	Bytes       int64
	MoreEntries int
	Entries     int
	Kind        string
	New         bool
	Lines       []heap.Line `json:",omitempty"` // that allocated it
}

func growthDataOf(g heap.Growth) growthData {
	data := growthData{
		Since: g.Since, Before: g.Before, Bytes: g.Bytes, Changed: g.Changed, Reloaded: g.Reloaded,
		Places: []growthRow{}, Kinds: g.Kinds,
	}
	for _, r := range g.Grown {
		data.Places = append(data.Places, growthRow{r.Path, r.MoreBytes, r.Bytes, r.MoreEntries, r.Entries, r.Kind, r.New, r.Lines})
	}
	return data
}

var (
	growthColumns = []render.Column{
		{Name: "place", Shrink: 1}, {Name: "grew", Align: render.Right}, {Name: "to", Align: render.Right},
		{Name: "entries", Align: render.Right}, {Name: "to", Align: render.Right}, {Name: "kind", Shrink: 2},
	}
	kindColumns = []render.Column{
		{Name: "more of", Shrink: 1}, {Name: "grew", Align: render.Right}, {Name: "to", Align: render.Right},
		{Name: "objects", Align: render.Right}, {Name: "to", Align: render.Right},
	}
	linesColumn = render.Column{Name: "allocated at", Role: render.Note, Shrink: 2}
)

// growthText draws what has grown. Lines take the place of the kinds of places.
func growthText(o *console.Operator, svc *service.Service, g heap.Growth, lines bool) string {
	places, kinds := growthColumns, kindColumns
	if lines {
		places = append(slices.Clone(places[:len(places)-1]), linesColumn)
		kinds = append(slices.Clone(kinds), linesColumn)
	}
	text := ""
	if len(g.Grown) > 0 {
		text = o.Style().Table(places, growthCells(g, lines)) + "\n"
	}
	if len(g.Kinds) > 0 {
		var rows [][]string
		for _, k := range g.Kinds {
			row := []string{k.Kind, more(k.MoreBytes), render.Size(k.Bytes), moreCount(k.MoreObjects), render.Count(k.Objects)}
			if lines {
				row = append(row, linesText(k.Lines))
			}
			rows = append(rows, row)
		}
		text += "\n" + o.Style().Table(kinds, rows) + "\n\n"
	}
	sum := fmt.Sprintf("%s: %s when it was marked, %s now, %s later", console.Title(svc), render.Size(g.Before), render.Size(g.Bytes), render.Duration(g.Since))
	if len(g.Grown) == 0 {
		sum = fmt.Sprintf("nothing has grown in %s; %s", render.Duration(g.Since), sum)
	}
	text += o.Paint(render.Note, sum)
	if g.Reloaded {
		text += "\n" + o.Paint(render.Warning, "its code is another version since: what has another name now counts as new")
	}
	return text + changedNote(o, g.Changed)
}

// linesText names the lines that allocated something, the first with its function.
func linesText(lines []heap.Line) string {
	var texts []string
	for i, line := range lines {
		text := line.At
		if i == 0 && line.Function != "" {
			text += " " + line.Function
		}
		texts = append(texts, text)
	}
	return visible.Line(strings.Join(texts, ", "))
}

func growthCells(g heap.Growth, lines bool) (rows [][]string) {
	for _, r := range g.Grown {
		cells := heapCells(r.Row)
		place, size, kind := cells[0], cells[1], ""
		if len(cells) > 4 {
			kind = cells[4]
		}
		if lines {
			kind = linesText(r.Lines)
		}
		line := []string{place, more(r.MoreBytes), size, "", "", kind}
		if r.IsTable {
			line[3], line[4] = moreCount(r.MoreEntries), render.Count(r.Entries)
		}
		rows = append(rows, line)
	}
	if g.Smaller > 0 {
		rows = append(rows, []string{"… " + render.Plural(g.Smaller, "place that grew less", "places that grew less")})
	}
	return rows
}

// more writes a growth in bytes.
func more(bytes int64) string { return "+" + render.Size(bytes) }

// moreCount writes a growth in numbers; "" is none.
func moreCount(n int) string {
	if n > 0 {
		return "+" + render.Count(n)
	}
	return render.Count(n)
}
