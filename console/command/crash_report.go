package command

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/debugger"
	"lunarium/console/render"
	"lunarium/inspect/crash"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file tells what was there when an error was raised that nobody caught.

func crashText(o *console.Operator, r *crash.Report, first bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", o.Paint(render.Header, fmt.Sprintf("crash %d:", r.ID)), spanText(&r.Place, o.Node().Clock().Now()))
	detail := r.Latest
	if first && !(detail != nil && detail.Number == 1) {
		detail = r.Earliest
	}
	if detail == nil {
		writeError(&b, o, r.Error)
		b.WriteString(o.Paint(render.Note, "nothing more is known: there were too many errors in that second") + "\n")
		return b.String()
	}
	writeDetail(&b, o, detail)
	for _, note := range crashNotes(o, r, detail) {
		b.WriteString(o.Paint(render.Note, note) + "\n")
	}
	return b.String()
}

// spanText tells how often something failed, when and where.
func spanText(p *crash.Place, now time.Time) string {
	text := "once, at " + clockText(p.First, now)
	if p.Count > 1 {
		text = fmt.Sprintf("%s times, %s to %s", render.Count(int(p.Count)), clockText(p.First, now), clockText(p.Last, now))
	}
	return text + ", in " + crashedServices(*p)
}

// crashNotes tells what the reply does not show.
func crashNotes(o *console.Operator, r *crash.Report, shown *crash.Detail) []string {
	var notes []string
	if shown == r.Latest && shown.Number < r.Count {
		notes = append(notes, fmt.Sprintf("this was time %s, at %s; those after it came too fast to be described",
			render.Count(int(shown.Number)), clockText(shown.Time, r.Last)))
	}
	if shown == r.Latest && r.Earliest != nil {
		notes = append(notes, fmt.Sprintf(`"crashes %d first" tells of the first time`, r.ID))
	}
	if _, kept := o.Crashes.Report(r.Because); kept {
		notes = append(notes, fmt.Sprintf(`"crashes %d" tells of the cause`, r.Because))
	}
	return notes
}

func writeError(b *strings.Builder, o *console.Operator, text string) {
	for _, line := range strings.Split(text, "\n") {
		b.WriteString("  " + o.Paint(render.Error, visible.Text(line)) + "\n")
	}
}

func writeDetail(b *strings.Builder, o *console.Operator, d *crash.Detail) {
	virtual := o.Node().Clock().Virtual()
	writeError(b, o, d.Error)
	fmt.Fprintf(b, "in       %s\n", visible.Line(crashedIn(d, virtual)))
	if m := d.Message; m != nil {
		fmt.Fprintf(b, "message  %s\n", visible.Line(crashMessage(m, virtual)))
	}
	for _, a := range d.Askers {
		fmt.Fprintf(b, "asked by %s\n", visible.Line(askerText(a)))
	}
	for _, c := range d.Causes {
		fmt.Fprintf(b, "because of %s\n", visible.Line(c.Where))
		writeError(b, o, c.Error)
	}
	for i, f := range d.Frames {
		writeFrame(b, o, i, &f)
	}
	if d.Left > 0 {
		b.WriteString(o.Paint(render.Note, "… "+render.Plural(d.Left, "more call", "more calls")) + "\n")
	}
	for i, f := range d.Outer {
		writeFrame(b, o, len(d.Frames)+d.Left+i, &f)
	}
	if len(d.Frames) == 0 {
		console.WriteStack(b, d.Traceback)
	}
}

// crashedIn tells what the task was.
func crashedIn(d *crash.Detail, virtual bool) string {
	text := fmt.Sprintf("%s %s, task %d, ", d.Service.Name, d.Service.Address, d.Task)
	switch d.Kind {
	case service.TaskStart:
		return text + "while it started"
	case service.TaskFork:
		if d.Site != "" {
			return text + "a fork that was made at " + d.Site
		}
		return text + "a fork"
	case service.TaskTimeout:
		if d.Site != "" {
			return text + "a time-out that was set at " + d.Site
		}
		return text + "a time-out"
	}
	if d.Age == 0 && !virtual {
		return strings.TrimSuffix(text, ", ")
	}
	return text + render.Duration(d.Age) + " old"
}

// crashMessage tells which message the task worked on, and the times that are known: the
// real clock is read too seldom to see the shortest.
func crashMessage(m *service.Handled, virtual bool) string {
	text := m.Type
	if m.From != "" {
		text += " from " + m.From
	}
	if m.Args != "" {
		text += ": " + valuesText(m.Args)
	}
	if !m.Whole {
		text += "…"
	}
	var times []string
	if m.Queued > 0 || virtual {
		times = append(times, "waited "+render.Duration(m.Queued))
	}
	if m.Took > 0 || virtual {
		times = append(times, "took "+render.Duration(m.Took))
	}
	if len(times) == 0 {
		return text
	}
	return text + "; " + strings.Join(times, ", ")
}

// askerText tells who waited for the answer.
func askerText(a service.Asker) string {
	text := fmt.Sprintf("%s %s, task %d", a.Name, a.Service, a.Task.ID)
	if a.Task.At != "" {
		text += " at " + a.Task.At
	}
	switch {
	case a.Task.Handling != "" && a.Task.From != "":
		text += fmt.Sprintf(", handling %s from %s", visible.Quote(a.Task.Handling), a.Task.From)
	case a.Task.From != "":
		text += ", for " + a.Task.From
	case a.Task.Kind != service.TaskMessage:
		text += ", a " + a.Task.Kind.String()
	}
	return text
}

// frameIndent is how far the variables of a call stand in.
const frameIndent = 3

func writeFrame(b *strings.Builder, o *console.Operator, number int, f *crash.Frame) {
	fmt.Fprintf(b, "%s  %s\n", o.Paint(render.Key, strconv.Itoa(number)), visible.Line(f.String()))
	style := o.Style()
	if style.Width > 0 {
		style.Width = max(1, style.Width-frameIndent)
	}
	text := strings.TrimSuffix(debugger.VariablesText(style, f.Variables), "\n")
	if f.Left > 0 {
		text += "\n" + o.Paint(render.Note, "… "+render.Plural(f.Left, "more variable", "more variables"))
	}
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(strings.Repeat(" ", frameIndent) + line + "\n")
	}
}

// crashedServices names where an error happened: one service by its address, several of a
// file by their number.
func crashedServices(p crash.Place) string {
	var names []string
	for _, s := range p.Services {
		if !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	text := strings.Join(names, ", ")
	switch {
	case len(p.Services) == 1:
		text += " " + p.Services[0].Address.String()
	case p.More:
		text += fmt.Sprintf(" (more than %d)", len(p.Services))
	case len(p.Services) > len(names):
		text += fmt.Sprintf(" (%d)", len(p.Services))
	}
	return visible.Line(text)
}
