package console

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the commands about traces of messages.

const tracesShown = 50

func trace(ctx context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	words := strings.Fields(rest)
	if len(words) == 0 {
		return s.showTraces(svc)
	}
	state := words[len(words)-1]
	if state != "on" && state != "off" || len(words) > 2 {
		return usageError("trace", s.table)
	}
	what := ""
	var only []message.Type
	if len(words) == 2 {
		ctx, cancel := s.timed(ctx)
		defer cancel()
		typ, err := inspect.ProtocolType(ctx, svc, words[0])
		if err != nil {
			return err
		}
		only, what = append(only, typ), words[0]+" messages of "
	}
	svc.SetTrace(state == "on", only...)
	return s.reply(map[string]any{"tracing": state == "on"}, "tracing "+what+title(svc)+" is "+state)
}

func (s *Session) showTraces(svc *service.Service) error {
	events := svc.Traces().Last(tracesShown)
	if len(events) == 0 {
		if !svc.Tracing() {
			return s.reply(events, fmt.Sprintf(`%s is not traced; "trace %s on" begins`, title(svc), typed(svc)))
		}
		return s.reply(events, title(svc)+" has handled no message since the tracing began")
	}
	var cells [][]string
	for _, e := range events {
		reply := e.Reply
		if e.Error != "" {
			reply = "error: " + e.Error
		}
		cells = append(cells, []string{e.Time.UTC().Format("15:04:05.000"), e.From, e.Type.String(), e.Args, render.Duration(e.Took), reply})
	}
	return s.reply(events, s.style().Table([]render.Column{
		{Name: "time"}, {Name: "from"}, {Name: "type"}, {Name: "message", Shrink: 1}, {Name: "took", Align: render.Right}, {Name: "reply", Shrink: 2},
	}, cells))
}

// logFile gives the file for a service's messages, "" without logpath.
func (s *Session) logFile(svc *service.Service) string {
	directory, ok := s.node.Getenv("logpath")
	if !ok || directory == "" {
		return ""
	}
	return filepath.Join(directory, strings.TrimPrefix(svc.Address().String(), ":")+".log")
}

func logOn(ctx context.Context, s *Session, args string) error {
	svc, err := s.service(args)
	if err != nil {
		return err
	}
	path := s.logFile(svc)
	if path == "" {
		svc.SetTrace(true)
		return s.reply(map[string]any{"tracing": true},
			fmt.Sprintf(`logpath is not set, so messages are not written to a file; "trace %s" shows them`, typed(svc)))
	}
	if err := s.mayWrite(path); err != nil {
		return fmt.Errorf("cannot write messages to %s: %w", path, err)
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	if err := svc.LogMessages(ctx, path); err != nil {
		return fmt.Errorf("cannot log the messages of %s: %w", title(svc), err)
	}
	return s.reply(map[string]any{"file": path}, "messages to "+title(svc)+" are written to "+filepath.Base(path)+" in logpath")
}

func logOff(ctx context.Context, s *Session, args string) error {
	svc, err := s.service(args)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	logging, err := svc.LoggingMessages(ctx)
	if err != nil {
		return err
	}
	if !logging && !svc.Tracing() {
		return errors.New("the messages of " + title(svc) + " are not being logged")
	}
	svc.SetTrace(false)
	if err := svc.LogMessages(ctx, ""); err != nil {
		return err
	}
	return s.reply(map[string]any{"logging": false}, "messages to "+title(svc)+" are not logged any more")
}
