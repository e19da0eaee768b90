package debugger

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/runtime/visible"
)

// This file holds the debugger's words about breakpoints.

// cutCondition splits "PLACE if EXPRESSION".
func cutCondition(args string) (place, condition string) {
	if rest, ok := strings.CutPrefix(args, "if "); ok {
		return "", strings.TrimSpace(rest)
	}
	place, condition, _ = strings.Cut(args, " if ")
	return strings.TrimSpace(place), strings.TrimSpace(condition)
}

func (m *prompt) setBreak(ctx context.Context, args string) error {
	if args == "" {
		return m.breakpoints(ctx)
	}
	place, condition := cutCondition(args)
	if place == "" {
		return m.words.Usage("break")
	}
	ctx, cancel := m.operator.Timed(ctx)
	defer cancel()
	b, err := m.placed(ctx, place, condition)
	if err != nil {
		return m.operator.NoAnswer(m.service, err)
	}
	return m.operator.Reply(b, breakpointText(&b))
}

// placed sets a breakpoint at what a text means: errors, or a place in the code.
func (m *prompt) placed(ctx context.Context, place, condition string) (debug.Breakpoint, error) {
	switch strings.Join(strings.Fields(place), " ") {
	case "error":
		return m.d.BreakError(ctx, false, condition)
	case "error uncaught":
		return m.d.BreakError(ctx, true, condition)
	}
	return m.d.Break(ctx, place, condition)
}

func breakpointText(b *debug.Breakpoint) string {
	text := fmt.Sprintf("breakpoint %d: %s", b.ID, b.Where)
	if b.If != "" {
		text += ", if " + b.If
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
	var cells [][]string
	for _, b := range list {
		missed := ""
		if b.Missed > 0 {
			missed = render.Plural(b.Missed, "time", "times") + " where a task can't stop"
		}
		cells = append(cells, []string{strconv.Itoa(b.ID), b.Where, b.If, render.Count(b.Hits), missed})
	}
	return m.operator.Reply(list, m.operator.Style().Table([]render.Column{
		{Name: "id", Align: render.Right, Role: render.Key}, {Name: "where"}, {Name: "if", Shrink: 1},
		{Name: "stops", Align: render.Right}, {Name: "missed", Role: render.Warning},
	}, cells))
}

func (m *prompt) watch(ctx context.Context, args string) error {
	place, condition := cutCondition(args)
	protocol, command := console.CutWord(place)
	if strings.HasPrefix(protocol, `"`) || strings.HasPrefix(protocol, "'") {
		protocol, command = "", place
	}
	if protocol == "" {
		protocol = "lua"
	}
	words, err := console.SplitWords(command)
	if err != nil || len(words) > 1 {
		return m.words.Usage("watch")
	}
	b, err := m.d.Watch(ctx, protocol, strings.Join(words, ""), condition)
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
