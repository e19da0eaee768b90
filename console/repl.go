package console

import (
	"context"
	"fmt"
	"strings"

	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file holds the Lua prompt.

var replCommands = []*Command{
	{Name: "lua", Group: Messages, Usage: "[SERVICE]",
		Help:     "Turns the prompt into a Lua one: inside a service, with its local variables in reach, or in a scratch service of the session. An unfinished chunk goes on in the next line; _ is the last result. An empty line leaves.",
		Examples: []string{"lua CHAT_ROOM_SERVICE"},
		Complete: []Completion{CompleteService}, Run: repl},
}

// luaPrompt is the mode that takes Lua code for one service.
type luaPrompt struct {
	session    *Session
	service    *service.Service
	unfinished string
}

const scratchSource = `skynet = require "skynet"
skynet.start(function() end)
`

func repl(ctx context.Context, s *Session, args string) error {
	svc, err := s.replService(ctx, args)
	if err != nil {
		return err
	}
	m := &luaPrompt{session: s, service: svc}
	s.enterMode(m, m.prompt())
	return s.reply(map[string]string{"mode": "lua", "service": svc.Address().String()}, "Lua inside "+title(svc)+"; an empty line leaves")
}

func (m *luaPrompt) prompt() string { return base(m.service) + "> " }

func (m *luaPrompt) line(ctx context.Context, text string) error {
	s := m.session
	if m.unfinished == "" && strings.TrimSpace(text) == "" || strings.TrimSpace(text) == "quit" {
		return s.backToCommands()
	}
	code := m.unfinished + strings.TrimPrefix(text, "=")
	err := s.eval(ctx, m.service, inspect.Code{Text: code, Chunk: "=stdin"})
	if inspect.Incomplete(err) {
		m.unfinished = code + "\n"
		s.prompt = strings.Repeat(" ", max(0, len(m.prompt())-4)) + "... "
		return nil
	}
	m.abandon()
	return err
}

func (m *luaPrompt) complete(text string) (candidates []string, from int) {
	return luaCandidates(m.service, text, 0)
}

func (m *luaPrompt) abandon() { m.unfinished, m.session.prompt = "", m.prompt() }

func (m *luaPrompt) close() {}

// replService gives the service that a Lua prompt is for: the session's own
// when none is named.
func (s *Session) replService(ctx context.Context, args string) (*service.Service, error) {
	if args != "" {
		return s.service(args)
	}
	if s.scratch != nil && s.node.Service(s.scratch.Address()) != nil {
		return s.scratch, nil
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	svc, err := s.client.Launch(ctx, service.Spec{Name: "scratch", Source: scratchSource, Literal: true})
	if err != nil {
		return nil, fmt.Errorf("starting the scratch service: %w", err)
	}
	s.scratch = svc
	return svc, nil
}

func (s *Session) closeScratch() {
	if s.scratch != nil {
		s.node.Kill(s.scratch.Address())
		s.scratch = nil
	}
}
