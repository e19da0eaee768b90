package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the commands about traces of messages.

var traceCommands = []*console.Command{
	{Name: "trace", Group: console.Memory, Usage: "SERVICE [PROTOCOL] [on | off]",
		Help:     "Records each message that a service handles, or those of one protocol: from, type, arguments, time taken, reply. Without on or off it shows what was recorded.",
		Examples: []string{"trace CHAT_ROOM_SERVICE on", "trace CHAT_ROOM_SERVICE lua on"},
		Complete: []console.Completer{console.CompleteService, completeTrace}, Reads: console.Unless("on", "off"), Run: trace},
	{Name: "logon", Group: console.Memory, Usage: "SERVICE",
		Help:     "Writes each message that a service gets to a file. It is ADDRESS.log in the directory that the node's environment names as logpath; without logpath the messages are recorded for the command trace.",
		Examples: []string{`logon CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Run: logOn},
	{Name: "logoff", Group: console.Memory, Usage: "SERVICE", Help: "Ends what logon began.",
		Examples: []string{`logoff CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Run: logOff},
}

const tracesShown = 50

func trace(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	words := strings.Fields(rest)
	if len(words) == 0 {
		return showTraces(o, svc)
	}
	state := words[len(words)-1]
	if state != "on" && state != "off" || len(words) > 2 {
		return o.Usage("trace")
	}
	what := ""
	var only []message.Type
	if len(words) == 2 {
		ctx, cancel := o.Timed(ctx)
		defer cancel()
		typ, err := inspect.ProtocolType(ctx, svc, words[0])
		if err != nil {
			return err
		}
		only, what = append(only, typ), words[0]+" messages of "
	}
	svc.Tracing().Set(state == "on", only...)
	return o.Reply(map[string]any{"tracing": state == "on"}, "tracing "+what+console.Title(svc)+" is "+state)
}

func showTraces(o *console.Operator, svc *service.Service) error {
	events := svc.Tracing().Events().Last(tracesShown)
	if len(events) == 0 {
		if !svc.Tracing().On() {
			return o.Reply(events, fmt.Sprintf(`%s is not traced; "trace %s on" begins`, console.Title(svc), console.Typed(svc)))
		}
		return o.Reply(events, console.Title(svc)+" has handled no message since the tracing began")
	}
	var cells [][]string
	for _, e := range events {
		reply := e.Reply
		if e.Error != "" {
			reply = "error: " + e.Error
		}
		cells = append(cells, []string{e.Time.UTC().Format("15:04:05.000"), e.From, e.Type.String(), e.Args, render.Duration(e.Took), reply})
	}
	return o.Reply(events, o.Style().Table([]render.Column{
		{Name: "time"}, {Name: "from"}, {Name: "type"}, {Name: "message", Shrink: 1}, {Name: "took", Align: render.Right}, {Name: "reply", Shrink: 2},
	}, cells))
}

// logFile gives the file for a service's messages, "" without logpath.
func logFile(o *console.Operator, svc *service.Service) string {
	directory, ok := o.Node().Getenv("logpath")
	if !ok || directory == "" {
		return ""
	}
	return filepath.Join(directory, strings.TrimPrefix(svc.Address().String(), ":")+".log")
}

func logOn(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	path := logFile(o, svc)
	if path == "" {
		svc.Tracing().Set(true)
		return o.Reply(map[string]any{"tracing": true},
			fmt.Sprintf(`logpath is not set, so messages are not written to a file; "trace %s" shows them`, console.Typed(svc)))
	}
	if err := o.Writable(path); err != nil {
		return fmt.Errorf("cannot write messages to %s: %w", path, err)
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	if err := svc.Tracing().LogMessages(ctx, path); err != nil {
		return fmt.Errorf("cannot log the messages of %s: %w", console.Title(svc), err)
	}
	return o.Reply(map[string]any{"file": path}, "messages to "+console.Title(svc)+" are written to "+filepath.Base(path)+" in logpath")
}

func logOff(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	logging, err := svc.Tracing().LoggingMessages(ctx)
	if err != nil {
		return err
	}
	if !logging && !svc.Tracing().On() {
		return errors.New("the messages of " + console.Title(svc) + " are not being logged")
	}
	svc.Tracing().Set(false)
	if err := svc.Tracing().LogMessages(ctx, ""); err != nil {
		return err
	}
	return o.Reply(map[string]any{"logging": false}, "messages to "+console.Title(svc)+" are not logged any more")
}
