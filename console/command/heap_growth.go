package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/heap"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds heap mark, heap diff and heap unmark: what grows.

// heapWords are the words after heap that are no services, when a service follows.
var heapWords = map[string]func(ctx context.Context, o *console.Operator, args string) error{
	"mark": heapMark, "diff": heapDiff, "unmark": heapUnmark,
}

// linesWord has a mark note where objects are allocated.
const linesWord = "lines"

func heapMark(ctx context.Context, o *console.Operator, args string) error {
	name, rest := console.CutWord(args)
	svc, err := o.Service(name)
	if err != nil {
		return err
	}
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

// markedService is the one that is named, or the only one that the session has marked.
func markedService(o *console.Operator, name string) (*service.Service, error) {
	if name != "" {
		return o.Service(name)
	}
	switch marked := o.KeptOf(); len(marked) {
	case 0:
		return nil, errors.New(`this session has no mark; "heap mark SERVICE" makes one`)
	case 1:
		return marked[0], nil
	default:
		return nil, fmt.Errorf("this session has marks of %s; which service?", render.Plural(len(marked), "service", "services"))
	}
}

func heapUnmark(_ context.Context, o *console.Operator, args string) error {
	name, rest := console.CutWord(args)
	if rest != "" {
		return o.Usage("heap")
	}
	svc, err := markedService(o, name)
	if err != nil {
		return err
	}
	_, was := o.Kept(svc).(*heap.Mark)
	o.Forget(svc)
	text := "the mark of " + console.Title(svc) + " is gone"
	if !was {
		text = "there is no mark of " + console.Title(svc)
	}
	return o.Reply(map[string]any{"unmarked": was}, text)
}

func heapDiff(ctx context.Context, o *console.Operator, args string) error {
	args, all := console.Unlimited(args)
	name, rest := console.CutWord(args)
	if rest != "" {
		return o.Usage("heap")
	}
	svc, err := markedService(o, name)
	if err != nil {
		return err
	}
	mark, is := o.Kept(svc).(*heap.Mark)
	if !is {
		return fmt.Errorf("this session has no mark of %s; \"heap mark %s\" makes one", console.Title(svc), console.Typed(svc))
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	growth, err := heap.Compare(timed, svc, mark, all)
	if err != nil {
		return err
	}
	for i := range growth.Grown {
		hidePlace(o, &growth.Grown[i].Row)
	}
	return o.Reply(growthDataOf(growth), growthText(o, svc, growth))
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
	lineColumns = []render.Column{
		{Name: "allocated at", Shrink: 1, Place: true}, {Name: "bytes", Align: render.Right}, {Name: "function", Shrink: 3},
		{Name: "of", Shrink: 4}, {Name: "in", Shrink: 2},
	}
)

// growthText draws what has grown.
func growthText(o *console.Operator, svc *service.Service, g heap.Growth) string {
	text := ""
	if len(g.Grown) > 0 {
		text = o.Style().Table(growthColumns, growthCells(g)) + "\n"
	}
	if len(g.Kinds) > 0 {
		var rows [][]string
		for _, k := range g.Kinds {
			rows = append(rows, []string{k.Kind, more(k.MoreBytes), render.Size(k.Bytes), moreCount(k.MoreObjects), render.Count(k.Objects)})
		}
		text += "\n" + o.Style().Table(kindColumns, rows) + "\n\n"
	}
	if rows := lineCells(g); len(rows) > 0 {
		text += o.Style().Table(lineColumns, rows) + "\n\n"
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

// lineCells tells of the lines that allocated what grew, place by place.
func lineCells(g heap.Growth) (rows [][]string) {
	for _, place := range g.Grown {
		for _, line := range place.Lines {
			rows = append(rows, []string{visible.Line(line.At), render.Size(line.Bytes), visible.Line(line.Function), line.Kind, place.Path})
		}
	}
	return rows
}

func growthCells(g heap.Growth) (rows [][]string) {
	for _, r := range g.Grown {
		cells := heapCells(r.Row)
		place, size, kind := cells[0], cells[1], ""
		if len(cells) > 4 {
			kind = cells[4]
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
