package debugger

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lunarium/console"
	"lunarium/inspect/debug"
)

// This file holds the command that opens the prompt, and the prompt as a mode of a session.

// Commands gives what opens the debugger.
func Commands() []*console.Command { return commands }

var commands = []*console.Command{
	{Name: "debug", Group: console.Timing, Usage: "SERVICE",
		Help: "Turns the prompt into a debugger of one service: breakpoints with conditions, steps, stacks, local variables. " +
			"Only the task that comes to a breakpoint stops; the service, the node and other sessions go on. help lists the debugger's words; " +
			"quit, or the end of the session, removes the breakpoints and lets everything go on.",
		Examples: []string{"debug CHAT_ROOM_SERVICE"},
		Complete: []console.Completer{console.CompleteService}, Prompts: true, Run: debugService},
	{Name: "break", Group: console.Timing, Usage: "SERVICE PLACE [if EXPRESSION] [after N] [every N] [log TEXT]",
		Help: "Opens the debugger of a service with a breakpoint: FILE:LINE, a LINE of its file, a function such as rooms.join or " +
			"queue:push, or error [uncaught]. What may follow is that of the debugger's word break.",
		Examples: []string{"break CHAT_ROOM_SERVICE message_handlers.join if user_id == 7", "break CHAT_ROOM_SERVICE error uncaught"},
		Complete: []console.Completer{console.CompleteService, completeNothing}, Prompts: true, Run: breakService},
	{Name: "pause", Group: console.Timing, Usage: "SERVICE",
		Help: "Opens the debugger where a service is that runs without end, such as an endless loop: its task stops there. " +
			"locals shows what it has, step and finish go on, abort ends what it does and keeps the service.",
		Examples: []string{"pause CHAT_ROOM_SERVICE"},
		Complete: []console.Completer{console.CompleteService}, Prompts: true, Run: pauseService},
}

func debugService(ctx context.Context, o *console.Operator, args string) error {
	_, err := open(ctx, o, args)
	return err
}

// breakService opens the debugger with a breakpoint, if that can be set.
func breakService(ctx context.Context, o *console.Operator, args string) error {
	name, rest := console.CutWord(args)
	place, rule, ok := parseRule(rest)
	if place == "" || !ok {
		return o.Commands().Usage("break")
	}
	m, err := attach(ctx, o, name)
	if err != nil {
		return err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	b, err := m.placed(timed, place, rule)
	if err != nil {
		_ = m.d.Close(timed) // a service that gives no answer has ended, or lets go when it can
		return o.NoAnswer(m.service, err)
	}
	if err := m.enter(); err != nil {
		return err
	}
	return o.Reply(b, breakpointText(&b))
}

// pauseService opens the debugger and stops what runs.
func pauseService(ctx context.Context, o *console.Operator, args string) error {
	m, err := open(ctx, o, args)
	if err != nil {
		return err
	}
	m.busy.Lock()
	defer m.busy.Unlock()
	timed, cancel := o.Timed(ctx)
	defer cancel()
	if err := m.pause(timed, ""); err != nil {
		return o.NoAnswer(m.service, err)
	}
	o.Settle(ctx)
	if !m.left {
		m.announce(ctx)
	}
	return nil
}

// open attaches a debugger to a service and makes it the session's mode.
func open(ctx context.Context, o *console.Operator, name string) (*prompt, error) {
	m, err := attach(ctx, o, name)
	if err != nil {
		return nil, err
	}
	return m, m.enter()
}

func attach(ctx context.Context, o *console.Operator, name string) (*prompt, error) {
	svc, err := o.Service(name)
	if err != nil {
		return nil, err
	}
	timed, cancel := o.Timed(ctx)
	defer cancel()
	d, err := debug.Attach(timed, svc, "another session")
	if err != nil {
		return nil, err
	}
	return &prompt{operator: o, service: svc, d: d, words: Words(), done: make(chan struct{})}, nil
}

// enter makes the prompt the session's mode.
func (m *prompt) enter() error {
	o := m.operator
	o.EnterMode(m, "debug "+console.Base(m.service)+"> ")
	if err := o.Reply(map[string]string{"mode": "debug", "service": m.service.Address().String()}, "debugging "+console.Title(m.service)+`; "break FILE:LINE" stops there, "help" lists the words, "quit" leaves`); err != nil {
		return err
	}
	if !o.Node().Clock().Virtual() {
		go m.follow()
	}
	return nil
}

func (m *prompt) Line(ctx context.Context, text string) error {
	m.busy.Lock()
	defer m.busy.Unlock()
	if m.ended() {
		return m.afterEnd(text)
	}
	err := m.run(ctx, text)
	m.operator.Settle(ctx)
	if m.left {
		return err
	}
	m.announce(ctx)
	if m.ended() {
		m.tellEnd()
	}
	return err
}

// afterEnd takes a line when the service has ended: what leaves the debugger, or
// nothing.
func (m *prompt) afterEnd(text string) error {
	switch strings.TrimSpace(text) {
	case "", "quit", "q":
		return m.operator.BackToCommands()
	}
	return fmt.Errorf("%s has ended; quit goes back to commands", console.Title(m.service))
}

func (m *prompt) run(ctx context.Context, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		if text = m.last; text == "" {
			return nil
		}
	}
	m.last = ""
	if rest, ok := strings.CutPrefix(text, "!"); ok {
		return m.send(ctx, strings.TrimSpace(rest))
	}
	if rest, ok := strings.CutPrefix(text, "watch("); ok { // as skynet's
		return m.watchCall(ctx, strings.TrimSuffix(strings.TrimSpace(rest), ")"))
	}
	word, args := m.wordOf(text)
	if word == nil {
		name, _ := console.CutWord(text)
		return m.hint(name, text, m.eval(ctx, text))
	}
	if word.Usage == "" && args != "" {
		return fmt.Errorf("%s takes nothing after it; Lua that begins with that name is given to print", word.Name)
	}
	if err := word.Run(ctx, m.operator, args); !errors.Is(err, debug.ErrRunning) {
		return err
	}
	return fmt.Errorf("%s: no task stands; set a breakpoint, or pause with step", word.Name)
}

// hint adds to the error of a line that is no Lua that it may be a command.
func (m *prompt) hint(name, text string, err error) error {
	if _, is := m.operator.Commands().Named(name); err == nil || !is {
		return err
	}
	return fmt.Errorf("%w; \"!%s\" runs the console's command", err, text)
}

func (m *prompt) Abandon() {}

func (m *prompt) Holds() string { return "debugs " + console.Title(m.service) }

// Close ends the debugging; the session's mode is left.
func (m *prompt) Close() {
	m.left = true
	close(m.done)
	ctx, cancel := m.operator.Within(context.Background(), console.DefaultLimit)
	defer cancel()
	// A service that has ended has nothing to let go of; one that is stuck is
	// let go of when it comes out.
	_ = m.d.Close(ctx)
	m.finishBackground(ctx)
	for _, e := range m.background {
		e.cancel()
	}
}
