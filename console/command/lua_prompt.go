package command

import (
	"context"
	"strings"

	"lunarium/console"
	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file holds the Lua prompt.

var luaCommands = []*console.Command{
	{Name: "lua", Group: console.Messages, Usage: "[SERVICE]",
		Help:     "Turns the prompt into a Lua one: inside a service, with its local variables in reach, or in a scratch service of the session. An unfinished chunk goes on in the next line; _ is the last result. An empty line leaves.",
		Examples: []string{"lua CHAT_ROOM_SERVICE"},
		Complete: []console.Completer{console.CompleteService}, Prompts: true, Run: repl},
}

// luaPrompt is the mode that takes Lua code for one service.
type luaPrompt struct {
	operator   *console.Operator
	service    *service.Service
	unfinished string
}

func repl(ctx context.Context, o *console.Operator, args string) error {
	var svc *service.Service
	var err error
	if args == "" {
		svc, err = o.Scratch(ctx)
	} else {
		svc, err = o.Service(args)
	}
	if err != nil {
		return err
	}
	m := &luaPrompt{operator: o, service: svc}
	o.EnterMode(m, m.prompt())
	return o.Reply(map[string]string{"mode": "lua", "service": svc.Address().String()}, "Lua inside "+console.Title(svc)+"; an empty line leaves")
}

func (m *luaPrompt) prompt() string { return console.Base(m.service) + "> " }

// Line takes a line of Lua; an empty one leaves.
func (m *luaPrompt) Line(ctx context.Context, text string) error {
	o := m.operator
	if m.unfinished == "" && strings.TrimSpace(text) == "" || strings.TrimSpace(text) == "quit" {
		return o.BackToCommands()
	}
	code := m.unfinished + strings.TrimPrefix(text, "=")
	err := evalIn(ctx, o, m.service, inspect.Code{Text: code, Chunk: "=stdin"})
	if inspect.Incomplete(err) {
		m.unfinished = code + "\n"
		o.SetPrompt(strings.Repeat(" ", max(0, len(m.prompt())-4)) + "... ")
		return nil
	}
	m.Abandon()
	return err
}

// Complete gives what Lua code may go on with.
func (m *luaPrompt) Complete(text string) console.Completion {
	return m.operator.WithHint(luaCandidates(m.service, text, text), m.unfinished+text)
}

// Abandon forgets what is unfinished.
func (m *luaPrompt) Abandon() {
	m.unfinished = ""
	m.operator.SetPrompt(m.prompt())
}

// Holds says which service the lines go to.
func (m *luaPrompt) Holds() string { return "Lua prompt of " + console.Title(m.service) }

// Close has nothing to let go of: the scratch service is the session's.
func (m *luaPrompt) Close() {}
