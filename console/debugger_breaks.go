package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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

func (m *debugPrompt) setBreak(ctx context.Context, args string) error {
	if args == "" {
		return m.breakpoints(ctx)
	}
	place, condition := cutCondition(args)
	if place == "" {
		return usageError("break", m.words)
	}
	ctx, cancel := m.session.timed(ctx)
	defer cancel()
	b, err := m.d.Break(ctx, place, condition)
	if err != nil {
		return m.session.noAnswer(m.service, err)
	}
	return m.session.reply(b, breakpointText(&b))
}

func breakpointText(b *debug.Breakpoint) string {
	text := fmt.Sprintf("breakpoint %d: %s", b.ID, b.Where)
	if b.If != "" {
		text += ", if " + b.If
	}
	return visible.Line(text)
}

func (m *debugPrompt) breakpoints(ctx context.Context) error {
	list, err := m.d.Breakpoints(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return m.session.reply(list, `no breakpoints; "break FILE:LINE" sets one`)
	}
	var cells [][]string
	for _, b := range list {
		missed := ""
		if b.Missed > 0 {
			missed = render.Plural(b.Missed, "time", "times") + " where a task can't stop"
		}
		cells = append(cells, []string{strconv.Itoa(b.ID), b.Where, b.If, render.Count(b.Hits), missed})
	}
	return m.session.reply(list, m.session.style().Table([]render.Column{
		{Name: "id", Align: render.Right, Role: render.Key}, {Name: "where"}, {Name: "if", Shrink: 1},
		{Name: "stops", Align: render.Right}, {Name: "missed", Role: render.Warning},
	}, cells))
}

func (m *debugPrompt) watch(ctx context.Context, args string) error {
	place, condition := cutCondition(args)
	protocol, command := cutWord(place)
	if strings.HasPrefix(protocol, `"`) || strings.HasPrefix(protocol, "'") {
		protocol, command = "", place
	}
	if protocol == "" {
		protocol = "lua"
	}
	words, err := splitWords(command)
	if err != nil || len(words) > 1 {
		return usageError("watch", m.words)
	}
	b, err := m.d.Watch(ctx, protocol, strings.Join(words, ""), condition)
	if err != nil {
		return err
	}
	return m.session.reply(b, strings.Replace(breakpointText(&b), "breakpoint", "watch", 1))
}

func (m *debugPrompt) watchCall(ctx context.Context, arguments string) error {
	ctx, cancel := m.session.timed(ctx)
	defer cancel()
	b, err := m.d.WatchCall(ctx, arguments)
	if err != nil {
		return m.session.noAnswer(m.service, err)
	}
	return m.session.reply(b, strings.Replace(breakpointText(&b), "breakpoint", "watch", 1))
}

func (m *debugPrompt) clear(ctx context.Context, args string) error {
	id, err := strconv.Atoi(args)
	if args != "all" && (err != nil || id < 1) {
		return usageError("clear", m.words)
	}
	count, err := m.d.Clear(ctx, id)
	switch {
	case err != nil:
		return err
	case count == 0 && id != 0:
		return m.noBreakpoint(ctx, id)
	}
	return m.session.reply(map[string]any{"cleared": count}, render.Plural(count, "breakpoint", "breakpoints")+" removed")
}

func (m *debugPrompt) hold(ctx context.Context, args string) error {
	if args != "on" && args != "off" {
		return usageError("hold", m.words)
	}
	if err := m.d.Hold(ctx, args == "on"); err != nil {
		return err
	}
	text := "other messages are handled while a task stands"
	if args == "on" {
		text = "other messages wait while a task stands"
	}
	return m.session.reply(map[string]any{"hold": args == "on"}, text)
}
