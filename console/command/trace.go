package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lunarium/console"
	"lunarium/console/access"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the commands about traces of messages.

var traceCommands = []*console.Command{
	{Name: "trace", Group: console.Messages, Usage: "SERVICE [PROTOCOL] on | off, or [SERVICE | all] [FILTER...] [for DURATION], or ID",
		Help:     "Follows messages: shows each once it was handled, with the time that it took and the reply, until Ctrl-C or, in a pipe, the next line. Filters are from=SERVICE, command=NAME (the first value), type=PROTOCOL, slower=10ms, errors, and sample=1/100. It ends after 1000 lines (lines=N), shows 100 a second at most (rate=N) and goes on for a minute, or for DURATION; how many it left out it says. With the virtual clock it moves the clock, by 10 s unless it is told for how long. trace SERVICE on has the service keep its last 1000 messages, or those of one protocol, and trace SERVICE shows them until trace SERVICE off. trace ID shows a trace across services, which traces lists: the beginning of its number is enough.",
		Examples: []string{"trace CHAT_ROOM_SERVICE", "trace all slower=10ms for 10s", "trace all errors", "trace CHAT_ROOM_SERVICE lua on"},
		Complete: []console.Completer{completeTraced, completeTrace}, Needs: needsOfTrace, Run: trace},
	{Name: "logon", Group: console.Memory, Usage: "SERVICE",
		Help:     "Writes each message that a service gets to a file. It is ADDRESS.log in the directory that the node's environment names as logpath; without logpath the messages are recorded for the command trace.",
		Examples: []string{`logon CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Run: logOn},
	{Name: "logoff", Group: console.Memory, Usage: "SERVICE", Help: "Ends what logon began.",
		Examples: []string{`logoff CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Run: logOff},
}

// needsOfTrace is an operator's role where the service is to keep messages.
func needsOfTrace(args string) access.Role {
	if strings.HasSuffix(args, " on") || strings.HasSuffix(args, " off") {
		return access.Operator
	}
	return access.Observer
}

const tracesShown = 50

func trace(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	name, _, filter := strings.Cut(word, "=")
	if word == "" || word == "all" || word == "errors" || word == "for" || filter && traceFilters[name] != nil {
		if word != "all" {
			rest = args
		}
		return followMessages(ctx, o, nil, rest)
	}
	svc, err := o.Service(word)
	if found := tracesNamed(o, word); err != nil && len(found) > 0 && rest == "" {
		return showTrace(o, word, found)
	}
	if err != nil {
		return traceOrService(o, word, err)
	}
	words := strings.Fields(rest)
	switch {
	case len(words) > 0 && (words[len(words)-1] == "on" || words[len(words)-1] == "off"):
		return setTrace(ctx, o, svc, words)
	case len(words) == 0 && svc.Tracing().On():
		return showTraces(ctx, o, svc)
	}
	return followMessages(ctx, o, svc, rest)
}

// setTrace has a service keep messages, of a protocol perhaps.
func setTrace(ctx context.Context, o *console.Operator, svc *service.Service, words []string) error {
	if len(words) > 2 {
		return o.Usage("trace")
	}
	on, what := words[len(words)-1] == "on", ""
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
	svc.Tracing().Set(on, only...)
	return o.Reply(map[string]any{"tracing": on}, "tracing "+what+console.Title(svc)+" is "+words[len(words)-1])
}

func showTraces(ctx context.Context, o *console.Operator, svc *service.Service) error {
	list := svc.Tracing().Messages(tracesShown)
	listing := handledListing(list, o.Node().Clock().Virtual())
	listing.None = console.Title(svc) + " has handled no message since the tracing began"
	return console.Show(ctx, o, listing)
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
