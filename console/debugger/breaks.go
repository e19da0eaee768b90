package debugger

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/runtime/visible"
)

// This file holds the debugger's words about breakpoints.

func (m *prompt) setBreak(ctx context.Context, args string) error {
	if args == "" {
		return m.breakpoints(ctx)
	}
	place, rule, ok := parseRule(args)
	if place == "" || !ok {
		return m.words.Usage("break")
	}
	ctx, cancel := m.operator.Timed(ctx)
	defer cancel()
	b, err := m.placed(ctx, place, rule)
	if err != nil {
		return m.operator.NoAnswer(m.service, err)
	}
	return m.operator.Reply(b, breakpointText(&b))
}

// placed sets a breakpoint at what a text means: errors, or a place in the code.
func (m *prompt) placed(ctx context.Context, place string, rule debug.Rule) (debug.Breakpoint, error) {
	switch strings.Join(strings.Fields(place), " ") {
	case "error":
		return m.d.BreakError(ctx, false, rule)
	case "error uncaught":
		return m.d.BreakError(ctx, true, rule)
	}
	return m.d.Break(ctx, place, rule)
}

func breakpointText(b *debug.Breakpoint) string {
	text := fmt.Sprintf("breakpoint %d: %s", b.ID, b.Where)
	if b.If != "" {
		text += ", if " + b.If
	}
	if counts := countsText(b.Rule); counts != "" {
		text += ", " + counts
	}
	if b.Log != "" {
		text += ", logs " + b.Log
	}
	return visible.Line(text)
}

func (m *prompt) breakpoints(ctx context.Context) error {
	list, err := m.d.Breakpoints(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return m.operator.Reply(list, `no breakpoints; "break FILE:LINE" sets one`)
	}
	columns := breakpointColumns(list)
	cells := make([][]string, len(list))
	for i := range list {
		for _, c := range columns {
			cells[i] = append(cells[i], c.cell(&list[i]))
		}
	}
	shown := make([]render.Column, len(columns))
	for i, c := range columns {
		shown[i] = c.Column
	}
	return m.operator.Reply(list, m.operator.Style().Table(shown, cells))
}

// breakpointColumn is a column of the list of breakpoints; some are only there when one of
// the breakpoints has something to show.
type breakpointColumn struct {
	render.Column
	some bool
	cell func(*debug.Breakpoint) string
}

func breakpointColumns(list []debug.Breakpoint) []breakpointColumn {
	columns := []breakpointColumn{
		{render.Column{Name: "id", Align: render.Right, Role: render.Key}, false, func(b *debug.Breakpoint) string { return strconv.Itoa(b.ID) }},
		{render.Column{Name: "where"}, false, func(b *debug.Breakpoint) string { return b.Where }},
		{render.Column{Name: "if", Shrink: 1}, false, func(b *debug.Breakpoint) string { return b.If }},
		{render.Column{Name: "times"}, true, func(b *debug.Breakpoint) string { return countsText(b.Rule) }},
		{render.Column{Name: "log", Shrink: 1}, true, func(b *debug.Breakpoint) string { return b.Log }},
		{render.Column{Name: "hits", Align: render.Right}, false, func(b *debug.Breakpoint) string { return render.Count(b.Hits) }},
		{render.Column{Name: "stops", Align: render.Right}, false, func(b *debug.Breakpoint) string { return render.Count(b.Stops) }},
		{render.Column{Name: "left out", Align: render.Right, Role: render.Warning}, true, func(b *debug.Breakpoint) string { return countOrNothing(b.LeftOut) }},
		{render.Column{Name: "missed", Role: render.Warning}, false, missedTimes},
	}
	return slices.DeleteFunc(columns, func(c breakpointColumn) bool {
		return c.some && !slices.ContainsFunc(list, func(b debug.Breakpoint) bool { return c.cell(&b) != "" })
	})
}

func countOrNothing(n int) string {
	if n == 0 {
		return ""
	}
	return render.Count(n)
}

func missedTimes(b *debug.Breakpoint) string {
	if b.Missed == 0 {
		return ""
	}
	return render.Plural(b.Missed, "time", "times") + " where a task can't stop"
}

func (m *prompt) watch(ctx context.Context, args string) error {
	place, rule, ok := parseRule(args)
	protocol, command := console.CutWord(place)
	if strings.HasPrefix(protocol, `"`) || strings.HasPrefix(protocol, "'") {
		protocol, command = "", place
	}
	if protocol == "" {
		protocol = "lua"
	}
	words, err := console.SplitWords(command)
	if err != nil || len(words) > 1 || !ok || rule.Log != "" {
		return m.words.Usage("watch")
	}
	b, err := m.d.Watch(ctx, protocol, strings.Join(words, ""), rule)
	if err != nil {
		return err
	}
	return m.operator.Reply(b, strings.Replace(breakpointText(&b), "breakpoint", "watch", 1))
}

func (m *prompt) watchCall(ctx context.Context, arguments string) error {
	ctx, cancel := m.operator.Timed(ctx)
	defer cancel()
	b, err := m.d.WatchCall(ctx, arguments)
	if err != nil {
		return m.operator.NoAnswer(m.service, err)
	}
	return m.operator.Reply(b, strings.Replace(breakpointText(&b), "breakpoint", "watch", 1))
}

func (m *prompt) clear(ctx context.Context, args string) error {
	id, err := strconv.Atoi(args)
	if args != "all" && (err != nil || id < 1) {
		return m.words.Usage("clear")
	}
	count, err := m.d.Clear(ctx, id)
	switch {
	case err != nil:
		return err
	case count == 0 && id != 0:
		return m.noBreakpoint(ctx, id)
	}
	return m.operator.Reply(map[string]any{"cleared": count}, render.Plural(count, "breakpoint", "breakpoints")+" removed")
}

func (m *prompt) hold(ctx context.Context, args string) error {
	if args != "on" && args != "off" {
		return m.words.Usage("hold")
	}
	if err := m.d.Hold(ctx, args == "on"); err != nil {
		return err
	}
	text := "other messages are handled while a task stands"
	if args == "on" {
		text = "other messages wait while a task stands"
	}
	return m.operator.Reply(map[string]any{"hold": args == "on"}, text)
}

func (m *prompt) noBreakpoint(ctx context.Context, id int) error {
	list, err := m.d.Breakpoints(ctx)
	if err != nil {
		return err
	}
	var there []uint64
	for _, b := range list {
		there = append(there, uint64(b.ID))
	}
	return console.NoNumber("breakpoint", uint64(id), there, len(there), "break")
}
