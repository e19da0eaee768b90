package console

import (
	"context"
	"fmt"
	"strings"

	"lunarium/inspect"
	"lunarium/runtime/service"
)

var replCommands = []*Command{
	{Name: "lua", Group: Messages, Usage: "[SERVICE]",
		Help:     "Turns the prompt into a Lua one: inside a service, with its local variables in reach, or in a scratch service of the session. An unfinished chunk goes on in the next line; _ is the last result. An empty line leaves.",
		Examples: []string{"lua CHAT_ROOM_SERVICE"},
		Complete: []Completion{CompleteService}, Run: repl},
}

// scratch is what a session keeps for its Lua prompt: the service of its own,
// nil until it is needed, and the service that the prompt is inside of.
type scratch struct{ service, inside *service.Service }

const scratchSource = `skynet = require "skynet"
skynet.start(function() end)
`

func repl(ctx context.Context, s *Session, args string) error {
	svc, err := s.replService(ctx, args)
	if err != nil {
		return err
	}
	if s.scratch == nil {
		s.scratch = &scratch{}
	}
	s.scratch.inside = svc
	prompt := svc.Base() + "> "
	s.prompt = prompt
	unfinished := ""
	s.mode = func(ctx context.Context, line string) error {
		if unfinished == "" && strings.TrimSpace(line) == "" || strings.TrimSpace(line) == "quit" {
			s.mode, s.abandon, s.prompt = nil, nil, "> "
			s.println("back to commands")
			return nil
		}
		code := unfinished + strings.TrimPrefix(line, "=")
		err := s.eval(ctx, svc, code, "=stdin")
		if inspect.Incomplete(err) {
			unfinished, s.prompt = code+"\n", strings.Repeat(" ", max(0, len(prompt)-4))+"... "
			return nil
		}
		unfinished, s.prompt = "", prompt
		return err
	}
	s.abandon = func() { unfinished, s.prompt = "", prompt }
	s.println("Lua inside " + title(svc) + "; an empty line leaves")
	return nil
}

func (s *Session) replService(ctx context.Context, args string) (*service.Service, error) {
	if args != "" {
		return s.service(args)
	}
	if s.scratch != nil && s.scratch.service != nil && s.node.Service(s.scratch.service.Address()) != nil {
		return s.scratch.service, nil
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	svc, err := s.node.Launch(ctx, service.Spec{Name: "scratch", Source: scratchSource, Literal: true, By: s.client.Address()})
	if err != nil {
		return nil, fmt.Errorf("starting the scratch service: %w", err)
	}
	s.scratch = &scratch{service: svc}
	return svc, nil
}

func (s *Session) closeScratch() {
	if s.scratch != nil {
		if s.scratch.service != nil {
			s.node.Kill(s.scratch.service.Address())
		}
		s.scratch = nil
	}
}
