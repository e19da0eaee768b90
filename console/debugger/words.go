package debugger

import (
	"context"
	"errors"
	"fmt"

	"lunarium/console"
	"lunarium/inspect/debug"
)

// This file holds the table of the debugger's words.

// inDebugger makes a word of the debugger from a method of its prompt.
func inDebugger(run func(m *prompt, ctx context.Context, args string) error) func(context.Context, *console.Operator, string) error {
	return func(ctx context.Context, o *console.Operator, args string) error {
		m, ok := o.Mode().(*prompt)
		if !ok {
			return errors.New("this is a word of the debugger; debug SERVICE starts it")
		}
		timed, cancel := o.Timed(ctx)
		defer cancel()
		return run(m, timed, args)
	}
}

// Words gives the debugger's words. Whatever begins with none of them is
// Lua, evaluated in the frame that is looked at.
func Words() *console.Table {
	return console.NewTable([]*console.Command{
		{Name: "break", Aliases: []string{"b"}, Group: Stopping, Usage: "[FILE:LINE | LINE | FUNCTION | error [uncaught]] [if EXPRESSION] [after N] [every N] [log TEXT]",
			Help: "Stops the task that comes there, or lists the breakpoints. The expression has the local variables of the place in reach. " +
				"error stops where one is raised, before anything is unwound, with the error as err; uncaught only what no pcall of the task takes. after 3 stops from the third time on, every 3 each third time. " +
				"log writes a line in place of stopping, with what stands in braces evaluated; of more than 100 lines in a second the rest is counted.",
			Examples: []string{"break chat_room_service.lua:27", "break message_handlers.join if user_id == 7", "break error uncaught", "break chat_room_service.lua:38 every 10 log {user_name} joins {room_id}"},
			Complete: []console.Completer{completing((*prompt).completePlace), completing((*prompt).completeCondition)}, Run: inDebugger((*prompt).setBreak)},
		{Name: "watch", Group: Stopping, Usage: `[PROTOCOL] ["COMMAND"] [if EXPRESSION]`,
			Help:     "Stops the handler of the next message of a protocol, lua unless another is given. skynet's form works, too.",
			Examples: []string{`watch "join"`, `watch lua if source == 8`, `watch("lua", function(session, source, command) return command == "join" end)`},
			Complete: []console.Completer{completingFrom((*prompt).protocols), completing((*prompt).completeCondition)},
			Run:      inDebugger((*prompt).watch)},
		{Name: "clear", Aliases: []string{"delete"}, Group: Stopping, Usage: "ID | all",
			Help: "Removes a breakpoint or a watch.", Complete: one(completingFrom((*prompt).breakpointIDs)), Run: inDebugger((*prompt).clear)},
		{Name: "hold", Group: Stopping, Usage: "on | off",
			Help:     "Says whether the service does anything else while a task stands. It does unless this is on; then messages wait, and nothing changes between two steps.",
			Complete: one(completingFrom(func(*prompt, context.Context) []string { return []string{"on", "off"} })), Run: inDebugger((*prompt).hold)},
		{Name: "step", Aliases: []string{"s"}, Group: Going,
			Help: "Goes to the next line, into the functions that are called. When no task stands, the next line that the service runs stops.",
			Run:  move("step", debug.StepInto)},
		{Name: "next", Aliases: []string{"n"}, Group: Going,
			Help: "Goes to the next line of the function, or of its caller.", Run: move("next", debug.StepOver)},
		{Name: "finish", Aliases: []string{"out"}, Group: Going,
			Help: "Goes on until the function has returned.", Run: move("finish", debug.StepOut)},
		{Name: "continue", Aliases: []string{"c", "cont"}, Group: Going,
			Help: "Goes on to the next breakpoint.", Run: move("", debug.StepContinue)},
		{Name: "where", Aliases: []string{"bt", "backtrace"}, Group: Looking,
			Help: "Shows the active calls, the innermost first.", Run: inDebugger((*prompt).where)},
		{Name: "frame", Aliases: []string{"f"}, Group: Looking, Usage: "[NUMBER]",
			Help: "Looks at one of the calls that where shows, or again at the one that is looked at.", Complete: one(completingFrom((*prompt).frameNumbers)), Run: inDebugger((*prompt).setFrame)},
		{Name: "up", Group: Looking, Help: "Looks at the caller.",
			Run: inDebugger(func(m *prompt, ctx context.Context, _ string) error { return m.look(ctx, m.lookedAt()+1) })},
		{Name: "down", Group: Looking, Help: "Looks at the function that was called.",
			Run: inDebugger(func(m *prompt, ctx context.Context, _ string) error { return m.look(ctx, m.lookedAt()-1) })},
		{Name: "locals", Group: Looking, Help: "Shows the local variables and upvalues of the call that is looked at.",
			Run: inDebugger((*prompt).locals)},
		{Name: "list", Aliases: []string{"l"}, Group: Looking, Usage: "[LINE]",
			Help: "Shows the source around the line, and goes on where it ended.", Complete: []console.Completer{completeNothing}, Run: inDebugger((*prompt).list)},
		{Name: "print", Aliases: []string{"p"}, Group: Looking, Usage: "EXPRESSION",
			Help:     "Evaluates Lua in the call that is looked at; any line that begins with no word of the debugger does. Assigning changes a variable. The code can't wait.",
			Examples: []string{"p rooms.lobby", "user_id = 8"}, Run: inDebugger((*prompt).eval)},
		{Name: "task", Aliases: []string{"tasks"}, Group: Looking, Usage: "[ID]",
			Help: "Lists the tasks that stand, or looks at one of them.", Complete: one(completingFrom((*prompt).taskIDs)), Run: inDebugger((*prompt).task)},
		{Name: "help", Aliases: []string{"h"}, Group: Leaving, Usage: "[WORD]", Help: "Lists the words, or explains one.",
			Complete: one(completingFrom(func(m *prompt, _ context.Context) []string { return m.words.Names() })), Run: inDebugger((*prompt).help)},
		{Name: "!", Group: Leaving, Usage: "COMMAND", Help: "Runs a command of the console. An answer that a standing task owes is shown when it comes.",
			Examples: []string{`!call CHAT_ROOM_SERVICE "join", 7, "lobby", "ann"`}, Run: inDebugger((*prompt).send)},
		{Name: "quit", Aliases: []string{"q"}, Group: Leaving, Help: "Leaves the debugger: breakpoints go, standing tasks go on.",
			Run: inDebugger((*prompt).quit)},
	})
}

// The groups of the debugger's words.
const (
	Stopping console.Group = "Breakpoints"
	Going    console.Group = "Going on"
	Looking  console.Group = "Looking"
	Leaving  console.Group = "The prompt"
)

func move(repeat string, step debug.Step) func(context.Context, *console.Operator, string) error {
	return inDebugger(func(m *prompt, ctx context.Context, _ string) error {
		m.last = repeat
		return m.move(ctx, step)
	})
}

// move lets the task that is looked at go on and waits for what becomes of it.
func (m *prompt) move(ctx context.Context, step debug.Step) error {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	m.lookAt(0)
	if err := m.d.Move(ctx, step); err != nil {
		return err
	}
	if len(standing) == 0 {
		m.operator.Reply(map[string]string{"stops": "at the next line"}, "the next line that "+console.Base(m.service)+" runs will stop")
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
			m.operator.Reply(map[string]uint64{"runs_on": standing[0].Task.ID}, m.taskName(&standing[0].Task)+" runs on")
		}
		return nil
	}
	m.announce(ctx)
	if rest, err := m.d.Standing(ctx); err == nil && len(rest) > 0 && rest[0].Task.ID == standing[1].Task.ID {
		m.lookAt(rest[0].Frame)
		m.show(ctx, rest[0])
	}
	return nil
}

// await waits for news of the service.
func (m *prompt) await(ctx context.Context) {
	m.operator.Settle(ctx)
	if m.operator.Node().Clock().Virtual() {
		return
	}
	select {
	case <-m.d.Changed():
	case <-m.service.Gone():
	case <-ctx.Done():
	}
}

func (m *prompt) help(_ context.Context, args string) error {
	if args != "" {
		c, ok := m.words.Named(args)
		if !ok {
			return fmt.Errorf(`the debugger has no word %s; "!help %s" asks the console`, args, args)
		}
		return m.operator.Reply(map[string]any{"name": c.Name, "usage": c.Usage, "help": c.Help, "examples": c.Examples}, c.Text(m.operator.Columns()))
	}
	text := m.operator.HelpText(m.words) + "Any other line is Lua, evaluated in the call that is looked at."
	return m.operator.Reply(m.words.Names(), text)
}

func (m *prompt) quit(context.Context, string) error {
	return m.operator.BackToCommands()
}

// send runs a command of the console from the debugger's prompt.
func (m *prompt) send(ctx context.Context, line string) error {
	if name, _ := console.CutWord(line); name != "" {
		if c, err := m.operator.Commands().Find(name); err == nil && (c.Name == "debug" || c.Name == "lua" || c.Name == "quit") {
			return fmt.Errorf("%s needs the prompt; leave the debugger first", c.Name)
		}
	}
	e := startBackground(m.operator, line)
	m.background = append(m.background, e)
	ctx, cancel := m.operator.Timed(ctx)
	defer cancel()
	for {
		select {
		case <-e.done:
			return nil
		case <-m.d.Changed():
			m.tellNews(ctx)
			if standing, err := m.d.Standing(ctx); err != nil || len(standing) > 0 {
				return nil
			}
		case <-m.service.Gone():
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}
