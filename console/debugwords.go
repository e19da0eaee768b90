package console

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"lunarium/console/render"
	"lunarium/inspect"
)

// inDebugger makes a word of the debugger from a method of its prompt.
func inDebugger(run func(m *debugPrompt, ctx context.Context, args string) error) func(context.Context, *Session, string) error {
	return func(ctx context.Context, s *Session, args string) error {
		m, ok := s.mode.(*debugPrompt)
		if !ok {
			return errors.New("this is a word of the debugger; debug SERVICE starts it")
		}
		timed, cancel := s.timed(ctx)
		defer cancel()
		return run(m, timed, args)
	}
}

// debugWords gives the debugger's words. Whatever begins with none of them is
// Lua, evaluated in the frame that is looked at.
func debugWords() *Table {
	return newTable([]*Command{
		{Name: "break", Aliases: []string{"b"}, Group: Stopping, Usage: "[FILE:LINE | LINE | FUNCTION] [if EXPRESSION]",
			Help:     "Stops the task that comes there, or lists the breakpoints. The expression has the local variables of the place in reach.",
			Examples: []string{"break chat_room_service.lua:27", "break message_handlers.join if user_id == 7"},
			Run:      inDebugger((*debugPrompt).setBreak)},
		{Name: "watch", Group: Stopping, Usage: `[PROTOCOL] ["COMMAND"] [if EXPRESSION]`,
			Help:     "Stops the handler of the next message of a protocol, lua unless another is given. skynet's form works, too.",
			Examples: []string{`watch "join"`, `watch lua if source == 8`, `watch("lua", function(session, source, command) return command == "join" end)`},
			Run:      inDebugger((*debugPrompt).watch)},
		{Name: "clear", Aliases: []string{"delete"}, Group: Stopping, Usage: "ID | all",
			Help: "Removes a breakpoint or a watch.", Run: inDebugger((*debugPrompt).clear)},
		{Name: "hold", Group: Stopping, Usage: "on | off",
			Help: "Says whether the service does anything else while a task stands. It does unless this is on; then messages wait, and nothing changes between two steps.",
			Run:  inDebugger((*debugPrompt).hold)},
		{Name: "step", Aliases: []string{"s"}, Group: Going,
			Help: "Goes to the next line, into the functions that are called. When no task stands, the next line that the service runs stops.",
			Run:  move("step", inspect.StepInto)},
		{Name: "next", Aliases: []string{"n"}, Group: Going,
			Help: "Goes to the next line of the function, or of its caller.", Run: move("next", inspect.StepOver)},
		{Name: "finish", Aliases: []string{"out"}, Group: Going,
			Help: "Goes on until the function has returned.", Run: move("finish", inspect.StepOut)},
		{Name: "continue", Aliases: []string{"c", "cont"}, Group: Going,
			Help: "Goes on to the next breakpoint.", Run: move("", inspect.StepContinue)},
		{Name: "where", Aliases: []string{"bt", "backtrace"}, Group: Looking,
			Help: "Shows the active calls, the innermost first.", Run: inDebugger((*debugPrompt).where)},
		{Name: "frame", Aliases: []string{"f"}, Group: Looking, Usage: "NUMBER",
			Help: "Looks at one of the calls that where shows.", Run: inDebugger((*debugPrompt).setFrame)},
		{Name: "up", Group: Looking, Help: "Looks at the caller.",
			Run: inDebugger(func(m *debugPrompt, ctx context.Context, _ string) error { return m.look(ctx, m.frame+1) })},
		{Name: "down", Group: Looking, Help: "Looks at the function that was called.",
			Run: inDebugger(func(m *debugPrompt, ctx context.Context, _ string) error { return m.look(ctx, m.frame-1) })},
		{Name: "locals", Group: Looking, Help: "Shows the local variables and upvalues of the call that is looked at.",
			Run: inDebugger((*debugPrompt).locals)},
		{Name: "list", Aliases: []string{"l"}, Group: Looking, Usage: "[LINE]",
			Help: "Shows the source around the line, and goes on where it ended.", Run: inDebugger((*debugPrompt).list)},
		{Name: "print", Aliases: []string{"p"}, Group: Looking, Usage: "EXPRESSION",
			Help:     "Evaluates Lua in the call that is looked at; any line that begins with no word of the debugger does. Assigning changes a variable. The code can't wait.",
			Examples: []string{"p rooms.lobby", "user_id = 8"}, Run: inDebugger((*debugPrompt).eval)},
		{Name: "task", Aliases: []string{"tasks"}, Group: Looking, Usage: "[ID]",
			Help: "Lists the tasks that stand, or looks at one of them.", Run: inDebugger((*debugPrompt).task)},
		{Name: "help", Aliases: []string{"h"}, Group: Leaving, Usage: "[WORD]", Help: "Lists the words, or explains one.",
			Run: inDebugger((*debugPrompt).help)},
		{Name: "!", Group: Leaving, Usage: "COMMAND", Help: "Runs a command of the console. An answer that a standing task owes is shown when it comes.",
			Examples: []string{`!call CHAT_ROOM_SERVICE "join", 7, "lobby", "ann"`}, Run: inDebugger((*debugPrompt).send)},
		{Name: "quit", Aliases: []string{"q"}, Group: Leaving, Help: "Leaves the debugger: breakpoints go, standing tasks go on.",
			Run: inDebugger((*debugPrompt).quit)},
	})
}

// The groups of the debugger's words.
const (
	Stopping Group = "Breakpoints"
	Going    Group = "Going on"
	Looking  Group = "Looking"
	Leaving  Group = "The prompt"
)

var debugGroups = []Group{Stopping, Going, Looking, Leaving}

func move(repeat string, step inspect.Step) func(context.Context, *Session, string) error {
	return inDebugger(func(m *debugPrompt, ctx context.Context, _ string) error {
		m.last = repeat
		return m.move(ctx, step)
	})
}

// move lets the task that is looked at go on and waits for what becomes of it.
func (m *debugPrompt) move(ctx context.Context, step inspect.Step) error {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	m.frame, m.listed = 0, 0
	if err := m.d.Move(ctx, step); err != nil {
		return err
	}
	if len(standing) == 0 {
		m.session.println("the next line that " + m.service.Base() + " runs will stop")
		if m.service.BusyFor() > 0 {
			m.await(ctx)
		}
		return nil
	}
	m.await(ctx)
	if len(standing) == 1 {
		select {
		case <-m.d.Changed():
		default:
			m.session.println(m.taskName(&standing[0].Task) + " runs on")
		}
		return nil
	}
	m.announce(ctx)
	if rest, err := m.d.Standing(ctx); err == nil && len(rest) > 0 && rest[0].Task.ID == standing[1].Task.ID {
		m.show(ctx, rest[0])
	}
	return nil
}

// await waits for news of the service.
func (m *debugPrompt) await(ctx context.Context) {
	m.session.settle(ctx)
	if m.session.node.Clock().Virtual() {
		return
	}
	select {
	case <-m.d.Changed():
	case <-m.service.Gone():
	case <-ctx.Done():
	}
}

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
	b, err := m.d.Break(ctx, place, condition)
	if err != nil {
		return err
	}
	return m.session.reply(b, breakpointText(&b))
}

func breakpointText(b *inspect.Breakpoint) string {
	text := fmt.Sprintf("breakpoint %d: %s", b.ID, b.Where)
	if b.If != "" {
		text += ", if " + b.If
	}
	return render.Safe(text)
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
		return err
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
		return fmt.Errorf("no breakpoint %d", id)
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

func (m *debugPrompt) where(ctx context.Context, _ string) error {
	frames, err := m.d.Frames(ctx)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i := range frames {
		mark := "  "
		if i == m.frame {
			mark = "→ "
		}
		fmt.Fprintf(&b, "%s%s  %s\n", mark, m.session.paint(render.Key, strconv.Itoa(i)), render.Safe(frames[i].String()))
	}
	return m.session.reply(frames, b.String())
}

func (m *debugPrompt) setFrame(ctx context.Context, args string) error {
	if args == "" {
		return m.look(ctx, m.frame)
	}
	frame, err := strconv.Atoi(args)
	if err != nil || frame < 0 {
		return usageError("frame", m.words)
	}
	if frames, err := m.d.Frames(ctx); err == nil && frame >= len(frames) {
		return fmt.Errorf("there is no frame %d; the last is %d", frame, len(frames)-1)
	}
	return m.look(ctx, frame)
}

// look makes a frame the one that is looked at.
func (m *debugPrompt) look(ctx context.Context, frame int) error {
	frames, err := m.d.Frames(ctx)
	switch {
	case err != nil:
		return err
	case frame < 0:
		return errors.New("this is the innermost call")
	case frame >= len(frames):
		return errors.New("this is the outermost call")
	}
	m.frame, m.listed = frame, 0
	text := fmt.Sprintf("%s  %s", m.session.paint(render.Key, strconv.Itoa(frame)), render.Safe(frames[frame].String()))
	if listing, err := m.d.List(ctx, frame, 0, 1); err == nil {
		text += "\n" + m.listingText(&listing)
	}
	return m.session.reply(frames[frame], text)
}

func (m *debugPrompt) locals(ctx context.Context, _ string) error {
	list, err := m.d.Locals(ctx, m.frame, inspect.Limits{Depth: 3, Width: 20, Text: 200})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return m.session.reply(list, "no variables here")
	}
	var b strings.Builder
	kind := inspect.VariableKind("")
	var roots []render.Root
	flush := func() {
		if len(roots) > 0 {
			fmt.Fprintf(&b, "%s\n%s\n", m.session.paint(render.Header, string(kind)+"s"), m.session.style().Tree(roots...))
		}
		roots = nil
	}
	for _, v := range list {
		if v.Kind != kind {
			flush()
			kind = v.Kind
		}
		roots = append(roots, render.Root{Name: v.Name, Value: v.Value})
	}
	flush()
	return m.session.reply(list, b.String())
}

// listedLines is how many lines list shows.
const listedLines = 11

func (m *debugPrompt) list(ctx context.Context, args string) error {
	line := m.listed
	if args != "" {
		n, err := strconv.Atoi(args)
		if err != nil || n < 1 {
			return usageError("list", m.words)
		}
		line = max(1, n-listedLines/2)
	}
	listing, err := m.d.List(ctx, m.frame, line, listedLines)
	if err != nil {
		return err
	}
	m.listed = listing.First + len(listing.Lines)
	return m.session.reply(listing, m.listingText(&listing))
}

func (m *debugPrompt) eval(ctx context.Context, code string) error {
	if code == "" {
		return usageError("print", m.words)
	}
	ctx, cancel := m.session.timed(ctx)
	defer cancel()
	results, err := m.d.Eval(ctx, m.frame, strings.TrimPrefix(code, "="), inspect.DefaultLimits)
	if err != nil {
		return err
	}
	return m.session.showResults(results, 0)
}

func (m *debugPrompt) task(ctx context.Context, args string) error {
	if args != "" {
		id, err := strconv.ParseUint(args, 10, 64)
		if err != nil {
			return usageError("task", m.words)
		}
		e, err := m.d.Select(ctx, id)
		if err != nil {
			return err
		}
		m.frame, m.listed = 0, 0
		m.show(ctx, e)
		return nil
	}
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return m.session.reply(standing, "no task stands")
	}
	var b strings.Builder
	for i := range standing {
		e := &standing[i]
		mark := "  "
		if i == 0 {
			mark = "→ "
		}
		fmt.Fprintf(&b, "%s%s%s, %s (%s)\n", mark, m.taskName(&e.Task), handling(&e.Task), render.Safe(e.Where.String()), e.Reason)
	}
	return m.session.reply(standing, b.String())
}

func (m *debugPrompt) help(_ context.Context, args string) error {
	if args != "" {
		c, ok := m.words.byName[args]
		if !ok {
			return fmt.Errorf(`the debugger has no word %s; "!help %s" asks the console`, args, args)
		}
		return m.session.reply(map[string]any{"name": c.Name, "usage": c.Usage, "help": c.Help, "examples": c.Examples}, c.text())
	}
	text := m.session.helpText(m.words, debugGroups) + "Any other line is Lua, evaluated in the call that is looked at."
	return m.session.reply(m.words.Names(), text)
}

func (m *debugPrompt) quit(context.Context, string) error {
	m.session.leaveMode()
	m.session.println("back to commands")
	return nil
}
