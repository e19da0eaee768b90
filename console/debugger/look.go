package debugger

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file holds the debugger's words that look at a stopped task.

func (m *prompt) where(ctx context.Context, _ string) error {
	frames, err := m.d.Frames(ctx)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i := range frames {
		mark := "  "
		if i == m.lookedAt() {
			mark = "→ "
		}
		fmt.Fprintf(&b, "%s%s  %s\n", mark, m.operator.Paint(render.Key, strconv.Itoa(i)), visible.Line(frames[i].String()))
	}
	return m.operator.Reply(frames, b.String())
}

func (m *prompt) setFrame(ctx context.Context, args string) error {
	if args == "" {
		return m.look(ctx, m.lookedAt())
	}
	frame, err := strconv.Atoi(args)
	if err != nil || frame < 0 {
		return m.words.Usage("frame")
	}
	if frames, err := m.d.Frames(ctx); err == nil && frame >= len(frames) {
		return fmt.Errorf("there is no frame %d; the last is %d", frame, len(frames)-1)
	}
	return m.look(ctx, frame)
}

// look makes a frame the one that is looked at.
func (m *prompt) look(ctx context.Context, frame int) error {
	frames, err := m.d.Frames(ctx)
	switch {
	case err != nil:
		return err
	case frame < 0:
		return errors.New("this is the innermost call")
	case frame >= len(frames):
		return errors.New("this is the outermost call")
	}
	m.lookAt(frame)
	text := fmt.Sprintf("%s  %s", m.operator.Paint(render.Key, strconv.Itoa(frame)), visible.Line(frames[frame].String()))
	if listing, err := m.d.List(ctx, frame, 0, 1); err == nil {
		text += "\n" + m.listingText(&listing)
	}
	return m.operator.Reply(frames[frame], text)
}

func (m *prompt) locals(ctx context.Context, _ string) error {
	list, err := m.d.Locals(ctx, m.lookedAt(), plain.Limits{Depth: 3, Width: 20, Text: 200})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return m.operator.Reply(list, "no variables here")
	}
	return m.operator.Reply(list, VariablesText(m.operator.Style(), list))
}

// listedLines is how many lines list shows.
const listedLines = 11

func (m *prompt) list(ctx context.Context, args string) error {
	line := m.listed
	if args != "" {
		n, err := strconv.Atoi(args)
		if err != nil || n < 1 {
			return m.words.Usage("list")
		}
		line = max(1, n-listedLines/2)
	}
	listing, err := m.d.List(ctx, m.lookedAt(), line, listedLines)
	if err != nil {
		return err
	}
	m.listed = listing.First + len(listing.Lines)
	return m.operator.Reply(listing, m.listingText(&listing))
}

func (m *prompt) eval(ctx context.Context, code string) error {
	if code == "" {
		return m.words.Usage("print")
	}
	ctx, cancel := m.operator.Timed(ctx)
	defer cancel()
	results, err := m.d.Eval(ctx, m.lookedAt(), strings.TrimPrefix(code, "="), m.operator.Shown())
	if err != nil {
		return m.operator.NoAnswer(m.service, err)
	}
	return m.operator.ShowResults(results, 0)
}

// set assigns to what a name or a path means, and shows what it is then.
func (m *prompt) set(ctx context.Context, args string) error {
	name, expression := console.CutWord(args)
	expression = strings.TrimSpace(strings.TrimPrefix(expression, "="))
	if name == "" || expression == "" {
		return m.words.Usage("set")
	}
	return m.eval(ctx, fmt.Sprintf("%s = %s return %s", name, expression, name))
}

func (m *prompt) task(ctx context.Context, args string) error {
	if args != "" {
		id, err := strconv.ParseUint(args, 10, 64)
		if err != nil {
			return m.words.Usage("task")
		}
		e, err := m.d.Select(ctx, id)
		if errors.Is(err, debug.ErrNotStanding) {
			return m.notStanding(ctx, id)
		}
		if err != nil {
			return err
		}
		m.lookAt(e.Frame)
		m.show(ctx, e)
		return nil
	}
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return m.operator.Reply(standing, "no task stands")
	}
	var b strings.Builder
	for i := range standing {
		e := &standing[i]
		mark := "  "
		if i == 0 {
			mark = "→ "
		}
		fmt.Fprintf(&b, "%s%s%s, %s (%s)\n", mark, m.taskName(&e.Task), handling(&e.Task), visible.Line(e.Where.String()), visible.Line(e.Reason))
	}
	return m.operator.Reply(standing, b.String())
}

// notStanding says which tasks stand in the debugger instead of one.
func (m *prompt) notStanding(ctx context.Context, id uint64) error {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return fmt.Errorf("task %d does not stand; none does", id)
	}
	var there []uint64
	for i := range standing {
		there = append(there, standing[i].Task.ID)
	}
	return console.NoNumber("standing task", id, there, len(there), "task")
}
