package debugger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file shows where a task stands.

// show shows a stopped task: one line after a step in the same function, else
// where it is and what stands around.
func (m *prompt) show(ctx context.Context, e debug.Event) {
	o := m.operator
	function := fmt.Sprintf("%d %s %s", e.Task.ID, e.Where.File, e.Where.Function)
	around := 5
	if e.Reason == "step" && function == m.shown {
		around = 1
	} else {
		o.Println(fmt.Sprintf("%s: %s%s, %s", o.Paint(render.Header, visible.Line(e.Reason)), m.taskName(&e.Task), handling(&e.Task), visible.Line(e.Where.String())))
	}
	m.shown = function
	if e.Error != nil {
		m.shown = "" // the stop that follows is shown whole
		o.Println(o.Paint(render.Warning, errorText(&e)))
	}
	listing, err := m.d.List(ctx, e.Frame, 0, around)
	if err != nil {
		o.Println(o.Paint(render.Note, worded.Text(err)))
		return
	}
	o.Println(m.listingText(&listing))
}

// errorText tells at which error a task has stopped.
func errorText(e *debug.Event) string {
	kind := "uncaught error"
	if e.Caught {
		kind = "error, caught"
	}
	return kind + ": " + visible.Text(*e.Error)
}

// handling tells what message a task handles.
func handling(t *service.TaskInfo) string { return visible.Line(handlingText(t)) }

func handlingText(t *service.TaskInfo) string {
	switch {
	case t.Handling != "":
		return fmt.Sprintf(", %s from %s", visible.Quote(t.Handling), t.From)
	case t.From != "":
		return ", a message from " + t.From
	}
	return ", " + console.TaskOrigin(t)
}

// listingText shows lines of source with their numbers, an arrow at the line
// that comes next and a dot at breakpoints.
func (m *prompt) listingText(l *debug.Listing) string {
	o := m.operator
	var b strings.Builder
	if l.Changed {
		b.WriteString(o.Paint(render.Warning, l.File+" has changed since it was loaded; the lines may not be those that run") + "\n")
	}
	for i, text := range l.Lines {
		number := l.First + i
		mark := "  "
		if slices.Contains(l.Stops, number) {
			mark = "● "
		}
		line := fmt.Sprintf("%s%4d  %s", mark, number, visible.Line(strings.ReplaceAll(text, "\t", "    ")))
		if number == l.Current {
			line = o.Paint(render.Header, strings.Replace(line, mark, "→ ", 1))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
