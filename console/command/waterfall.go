package command

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file shows a trace as a waterfall: its spans below those that caused them, with
// bars where their times lie.

// waterfallBar is how wide the bars are, in columns.
const waterfallBar = 24

// placed is a span with how deep it stands.
type placed struct {
	*service.Span
	depth int
}

// waterfall shows a trace.
func waterfall(o *console.Operator, t *service.Trace) string {
	clock := o.Node().Clock()
	now := clock.Elapsed()
	spans := inOrder(t.Spans)
	first := t.Spans[0].Began
	whole := t.Took(now)
	head := fmt.Sprintf("trace %s: %s, %s, began %s", t.ID, render.Plural(len(spans), "span", "spans"), render.Duration(whole), clock.Start().Add(first).UTC().Format(handledTime))
	if remote := t.Spans[0]; remote.Remote {
		head += ", by a request of span " + remote.Parent.String()
	}
	rows := make([][]string, len(spans))
	for i, s := range spans {
		rows[i] = []string{
			strings.Repeat("  ", s.depth) + s.Title(), render.Duration(s.Began - first), tookSoFar(s.Took(now), !s.Over),
			bar(s.Began-first, s.Took(now), whole),
		}
	}
	columns := []render.Column{
		{Name: "span", Shrink: 1}, {Name: "at", Align: render.Right}, {Name: "took", Align: render.Right}, {Name: ""},
	}
	text := o.Paint(render.Note, head) + "\n" + o.Style().Table(columns, rows)
	for _, s := range spans {
		if s.Error != "" {
			text += "\n" + o.Paint(render.Error, s.Title()+": "+oneLine(s.Error))
		}
	}
	if t.Cut {
		text += "\n" + o.Paint(render.Warning, "… it goes on: no more than these are followed")
	}
	return text
}

// inOrder gives the spans, each behind its parent, and those of one parent by when they
// began. A parent that is not among them is none.
func inOrder(list []service.Span) []placed {
	there := map[message.SpanID]bool{}
	for i := range list {
		there[list[i].ID] = true
	}
	children := map[message.SpanID][]*service.Span{}
	for i := range list {
		parent := list[i].Parent
		if !there[parent] {
			parent = message.SpanID{}
		}
		children[parent] = append(children[parent], &list[i])
	}
	var all []placed
	var add func(parent message.SpanID, depth int)
	add = func(parent message.SpanID, depth int) {
		slices.SortStableFunc(children[parent], func(a, b *service.Span) int { return int(a.Began - b.Began) })
		for _, s := range children[parent] {
			all = append(all, placed{s, depth})
			add(s.ID, depth+1)
		}
	}
	add(message.SpanID{}, 0)
	return all
}

// bar draws a time within the whole.
func bar(at, took, whole time.Duration) string {
	if whole <= 0 {
		return strings.Repeat("█", waterfallBar)
	}
	scale := func(d time.Duration) int { return int(math.Round(float64(d) / float64(whole) * waterfallBar)) }
	from := min(scale(at), waterfallBar-1)
	to := min(max(scale(at+took), from+1), waterfallBar)
	return strings.Repeat(" ", from) + strings.Repeat("█", to-from)
}

// tookSoFar tells how long something took, or has gone on.
func tookSoFar(d time.Duration, running bool) string {
	if running {
		return "for " + render.Duration(d)
	}
	return render.Duration(d)
}

// oneLine gives the first line of an error.
func oneLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return visible.Line(first)
}
