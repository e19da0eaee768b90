package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/profile"
	"lunarium/runtime/service"
)

// This file shows profiles as tables.

// functionRow is a line of profile. With "json on" its fields are the reply. Self and Total
// are in the unit: nanoseconds, polls of the machine with the virtual clock, or bytes.
type functionRow struct {
	Service  string
	Function string
	Kind     profile.Kind
	Place    string // where it is defined
	Self     int64
	Total    int64
	Of       int64 // what was measured together
	Unit     profile.Unit
	Samples  int64 // that found it running
	Lines    []lineRow
}

// lineRow is a line of a function, with what it calls.
type lineRow struct {
	Line  int
	Total int64
}

// waitedRow is a line of profile wait.
type waitedRow struct {
	Service  string
	For      string // what is waited for
	Function string
	At       string
	Waited   time.Duration // together
	Times    int64
}

// mostHotLines is how many lines of a function a table names.
const mostHotLines = 3

func showProfile(ctx context.Context, o *console.Operator, asked *profileArgs, p *profile.Profile) error {
	show := showFunctions
	if p.Kind == service.ProfileWait {
		show = showWaited
	}
	if err := show(ctx, o, asked, p); err != nil || o.JSON {
		return err
	}
	if p.Total > 0 {
		o.Println(o.Paint(render.Note, profileSum(asked, p)))
	}
	if p.Silent > 0 {
		o.Println(o.Paint(render.Note, render.Plural(p.Silent, "service", "services")+" did not tell what waits there"))
	}
	return nil
}

// profileSum tells what was measured together.
func profileSum(asked *profileArgs, p *profile.Profile) string {
	what := ""
	switch {
	case p.Kind == service.ProfileWait:
		what = fmt.Sprintf("%s in %s", render.Duration(time.Duration(p.Total)), render.Plural(int(p.Count), "wait", "waits"))
	case p.Unit == profile.Bytes:
		what = fmt.Sprintf("%s allocated, in %s", render.Size(p.Total), render.Plural(int(p.Count), "sample", "samples"))
	case p.Unit == profile.Polls:
		what = render.Plural(int(p.Total), "sample", "samples")
	default:
		what = fmt.Sprintf("%s of Lua in %s", render.Duration(time.Duration(p.Total)), render.Plural(int(p.Count), "sample", "samples"))
	}
	return fmt.Sprintf("%s for %s: %s", asked.title(), render.Duration(p.Took), what)
}

func showFunctions(ctx context.Context, o *console.Operator, asked *profileArgs, p *profile.Profile) error {
	all := p.Functions()
	shown := all[:min(len(all), asked.lines)]
	columns := []render.Column{
		{Name: "self", Align: render.Right}, {Name: "total", Align: render.Right}, {Name: "function", Role: render.Key, Shrink: 1},
		{Name: "defined at", Shrink: 2, Place: true}, {Name: "hottest lines", Role: render.Note, Shrink: 4},
	}
	if p.Unit == profile.Bytes {
		columns = append([]render.Column{{Name: "allocated", Align: render.Right}}, columns...)
	}
	return console.Show(ctx, o, console.Listing[functionRow]{
		Rows:  console.RowsOf(shown, func(r profile.FunctionRow) functionRow { return functionRowOf(p, r) }),
		Count: len(shown), Left: len(all) - len(shown), Hint: moreLines(asked, len(all)), None: nothingMeasured(asked, p),
		Columns: withService(asked, columns),
		Cells: func(r functionRow) []string {
			cells := []string{share(r.Self, r.Of), share(r.Total, r.Of), r.Function, r.Place, hotLines(r)}
			if r.Unit == profile.Bytes {
				cells = append([]string{bytesText(r.Self)}, cells...)
			}
			return withServiceCell(asked, r.Service, cells)
		},
	})
}

// moreLines is the hint that shows more lines.
func moreLines(asked *profileArgs, all int) string {
	return fmt.Sprintf(`"profile %s %s %s %d" shows more lines`, asked.subject(), asked.duration, asked.kind, min(all, console.MostListed))
}

// withService adds the column that says of which service a line is, where there are many.
func withService(asked *profileArgs, columns []render.Column) []render.Column {
	if asked.service == nil {
		return append(columns, render.Column{Name: "service", Shrink: 3})
	}
	return columns
}

func withServiceCell(asked *profileArgs, service string, cells []string) []string {
	if asked.service == nil {
		return append(cells, service)
	}
	return cells
}

func functionRowOf(p *profile.Profile, r profile.FunctionRow) functionRow {
	row := functionRow{
		Service: r.Service, Function: r.Frame.Name, Kind: r.Frame.Kind, Place: r.Frame.Place(),
		Self: r.Self, Total: r.Total, Of: p.Total, Unit: p.Unit, Samples: r.Count, Lines: []lineRow{},
	}
	for _, line := range r.Lines {
		row.Lines = append(row.Lines, lineRow(line))
	}
	return row
}

// hotLines names the lines that take most, with their part of all.
func hotLines(r functionRow) string {
	var texts []string
	for _, line := range r.Lines[:min(len(r.Lines), mostHotLines)] {
		texts = append(texts, strconv.Itoa(line.Line)+" "+share(line.Total, r.Of))
	}
	return strings.Join(texts, ", ")
}

// share writes a part of all.
func share(part, all int64) string {
	if part == 0 {
		return "-"
	}
	return percent(float64(part) / float64(all))
}

// bytesText writes bytes, as share does the part that they are.
func bytesText(bytes int64) string {
	if bytes == 0 {
		return "-"
	}
	return render.Size(bytes)
}

// nothingMeasured says why a profile is empty.
func nothingMeasured(asked *profileArgs, p *profile.Profile) string {
	text := fmt.Sprintf("%s for %s: ", asked.title(), render.Duration(p.Took))
	switch {
	case p.Kind == service.ProfileWait:
		return text + "nothing waited"
	case asked.service != nil && asked.service.Status() == service.StatusStuck:
		return text + "it is in a function of a library that does not return"
	case p.Kind == service.ProfileAlloc:
		return text + "too little was allocated to be seen"
	}
	return text + "too little Lua ran to be seen"
}

func showWaited(ctx context.Context, o *console.Operator, asked *profileArgs, p *profile.Profile) error {
	all := p.Waits()
	shown := all[:min(len(all), asked.lines)]
	columns := []render.Column{
		{Name: "waited", Align: render.Right}, {Name: "share", Align: render.Right}, {Name: "times", Align: render.Right}, {Name: "each", Align: render.Right},
		{Name: "for", Role: render.Key, Shrink: 1}, {Name: "at", Shrink: 2, Place: true}, {Name: "in", Shrink: 4},
	}
	return console.Show(ctx, o, console.Listing[waitedRow]{
		Rows:  console.RowsOf(shown, waitedRowOf),
		Count: len(shown), Left: len(all) - len(shown), Hint: moreLines(asked, len(all)), None: nothingMeasured(asked, p),
		Columns: withService(asked, columns),
		Cells: func(r waitedRow) []string {
			return withServiceCell(asked, r.Service, []string{
				render.Duration(r.Waited), share(int64(r.Waited), p.Total), render.Count(int(r.Times)),
				render.Duration(r.Waited / time.Duration(max(1, r.Times))), r.For, r.At, r.Function,
			})
		},
	})
}

func waitedRowOf(r profile.WaitRow) waitedRow {
	return waitedRow{r.Service, r.For, r.Frame.Name, r.Frame.At(), time.Duration(r.Value), r.Count}
}
