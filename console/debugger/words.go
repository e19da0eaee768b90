package debugger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
		{Name: "step", Aliases: []string{"s"}, Group: Going, Usage: "[COUNT]",
			Help:     "Goes to the next line, into the functions that are called. When no task stands, the next line that the service runs stops.",
			Complete: one(completeNothing), Run: move("step", debug.StepInto)},
		{Name: "next", Aliases: []string{"n"}, Group: Going, Usage: "[COUNT]",
			Help: "Goes to the next line of the function, or of its caller.", Complete: one(completeNothing), Run: move("next", debug.StepOver)},
		{Name: "finish", Aliases: []string{"out"}, Group: Going,
			Help: "Goes on until the function has returned.", Run: move("finish", debug.StepOut)},
		{Name: "continue", Aliases: []string{"c", "cont"}, Group: Going,
			Help: "Goes on to the next breakpoint.", Run: move("continue", debug.StepContinue)},
		{Name: "pause", Group: Going,
			Help: "Stops the task that the service is running where it is, such as an endless loop. When none runs, the next line that the service runs stops.",
			Run:  inDebugger((*prompt).pause)},
		{Name: "abort", Group: Going, Usage: "[TEXT]",
			Help:     "Raises an error where the task stands, and lets it go on: what it was doing ends, and the service stays. A pcall of the task may catch it.",
			Examples: []string{"abort no such account"}, Complete: one(completeNothing), Run: inDebugger((*prompt).abort)},
		{Name: "where", Aliases: []string{"bt", "backtrace"}, Group: Looking,
			Help: "Shows the active calls, the innermost first.", Run: inDebugger((*prompt).where)},
		{Name: "frame", Aliases: []string{"f"}, Group: Looking, Usage: "[NUMBER]",
			Help: "Looks at one of the calls that where shows, or again at the one that is looked at.", Complete: one(completingFrom((*prompt).frameNumbers)), Run: inDebugger((*prompt).setFrame)},
		{Name: "up", Group: Looking, Usage: "[COUNT]", Help: "Looks at the caller.", Complete: one(completeNothing), Run: lookAway("up", 1)},
		{Name: "down", Group: Looking, Usage: "[COUNT]", Help: "Looks at the function that was called.", Complete: one(completeNothing), Run: lookAway("down", -1)},
		{Name: "locals", Group: Looking, Help: "Shows the local variables and upvalues of the call that is looked at.",
			Run: inDebugger((*prompt).locals)},
		{Name: "list", Aliases: []string{"l"}, Group: Looking, Usage: "[LINE]",
			Help: "Shows the source around the line, and goes on where it ended.", Complete: []console.Completer{completeNothing}, Run: inDebugger((*prompt).list)},
		{Name: "print", Aliases: []string{"p"}, Group: Looking, Usage: "EXPRESSION",
			Help:     "Evaluates Lua in the call that is looked at; any line that begins with no word of the debugger does. Assigning changes a variable. The code can't wait.",
			Examples: []string{"p rooms.lobby", "user_id = 8"}, Run: inDebugger((*prompt).eval)},
		{Name: "set", Group: Looking, Usage: "NAME EXPRESSION",
			Help:     "Gives a local variable, an upvalue or a global of the call that is looked at another value. NAME may be a path, such as room.users[7].",
			Examples: []string{"set user_id 8", "set room.open false"}, Complete: []console.Completer{completing((*prompt).completeLua)}, Run: inDebugger((*prompt).set)},
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

// lookAway makes a word that looks at a call so many further out, or in.
func lookAway(word string, direction int) func(context.Context, *console.Operator, string) error {
	return inDebugger(func(m *prompt, ctx context.Context, args string) error {
		count, err := m.count(word, args)
		if err != nil {
			return err
		}
		return m.look(ctx, m.lookedAt()+direction*count)
	})
}

// move makes the word that lets a task go on by steps, whose number may follow.
func move(word string, step debug.Step) func(context.Context, *console.Operator, string) error {
	return inDebugger(func(m *prompt, ctx context.Context, args string) error {
		count, err := m.count(word, args)
		if err != nil {
			return err
		}
		m.last = ""
		if step != debug.StepContinue {
			m.last = strings.TrimSpace(word + " " + args)
		}
		return m.move(ctx, step, count)
	})
}

// move lets the task that is looked at go on and waits for what becomes of it.
func (m *prompt) move(ctx context.Context, step debug.Step, count int) error {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	m.lookAt(0)
	if err := m.d.Move(ctx, step, count); err != nil {
		return err
	}
	if len(standing) == 0 {
		m.willStop()
		if m.service.BusyFor() > 0 {
			m.await(ctx)
		}
		return nil
	}
	return m.wentOn(ctx, standing)
}

func (m *prompt) willStop() {
	m.operator.Reply(map[string]string{"stops": "at the next line"}, "the next line that "+console.Base(m.service)+" runs will stop")
}

// pause stops the task that runs.
func (m *prompt) pause(ctx context.Context, _ string) error {
	running, err := m.d.Pause(ctx)
	if err != nil {
		return err
	}
	if running {
		m.await(ctx)
		return nil
	}
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	if len(standing) > 0 {
		return fmt.Errorf("%s runs nothing that could be paused; task %d stands already", console.Base(m.service), standing[0].Task.ID)
	}
	m.willStop()
	return nil
}

// abort raises an error in the task that is looked at.
func (m *prompt) abort(ctx context.Context, text string) error {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	if err := m.d.Abort(ctx, cmp.Or(text, "aborted in the debugger")); err != nil {
		return err
	}
	m.lookAt(0)
	return m.wentOn(ctx, standing)
}

// wentOn waits for what becomes of the first of the tasks that stood.
func (m *prompt) wentOn(ctx context.Context, standing []debug.Event) error {
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

// promptCommands are commands of the console that need the prompt for themselves.
var promptCommands = []string{"break", "debug", "lua", "pause", "quit"}

// send runs a command of the console from the debugger's prompt.
func (m *prompt) send(ctx context.Context, line string) error {
	if name, _ := console.CutWord(line); name != "" {
		if c, err := m.operator.Commands().Find(name); err == nil && (slices.Contains(promptCommands, c.Name)) {
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
			if m.operator.Node().Clock().Virtual() { // what is told depends on nobody's haste
				m.operator.Settle(ctx)
			}
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
