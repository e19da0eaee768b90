package command

import (
	"context"
	"fmt"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands that send messages.

var messageCommands = []*console.Command{
	{Name: "call", Group: console.Messages, Usage: "SERVICE [LUA EXPRESSIONS]",
		Help:     "Sends a request and shows the answer. The arguments are Lua expressions, separated by commas.",
		Examples: []string{`call CHAT_ROOM_SERVICE "join", 1, "lobby", "ann"`, `call 8 "set", {x = 1}`},
		Complete: []console.Completer{console.CompleteService}, Run: call},
	{Name: "send", Group: console.Messages, Usage: "SERVICE [LUA EXPRESSIONS]",
		Help:     "Sends a message that nobody answers.",
		Examples: []string{`send CHAT_ROOM_SERVICE "leave", 1`},
		Complete: []console.Completer{console.CompleteService}, Run: send},
	{Name: "eval", Group: console.Messages, Usage: "SERVICE CODE",
		Help:     "Runs Lua code inside a service, with the service's own local variables in reach, and shows what it gives. The code may call other services and wait; assigning to a local variable changes it.",
		Examples: []string{"eval CHAT_ROOM_SERVICE rooms.lobby.users", "eval CHAT_ROOM_SERVICE rooms.lobby = nil"},
		Complete: []console.Completer{console.CompleteService, completeLua}, Run: eval},
	{Name: "inject", Group: console.Messages, Usage: "SERVICE FILE [ARG...]",
		Help:     "Runs a Lua file inside a service, as eval does. The arguments are what it finds in ..., as strings. Patch scripts of skynet find the tables of the service's handlers in _P and _U.",
		Examples: []string{`inject CHAT_ROOM_SERVICE count_members.lua`}, Complete: []console.Completer{console.CompleteService, console.CompleteFile}, Run: inject},
	{Name: "ping", Group: console.Messages, Usage: "SERVICE",
		Help:     "Tells how long a service takes to answer.",
		Examples: []string{`ping CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Reads: console.Always, Needs: console.Operating, Run: ping},
}

func call(ctx context.Context, o *console.Operator, args string) error {
	svc, payload, err := readMessage(o, args)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	begin := o.Node().Clock().Now()
	answer, err := o.Client().Call(ctx, svc.Address(), message.TypeLua, payload)
	if err != nil {
		return o.NoAnswer(svc, err)
	}
	return o.ShowResults(inspect.Reply(o.Node(), answer, o.Shown()), o.Node().Clock().Now().Sub(begin))
}

// readMessage reads "SERVICE EXPRESSIONS".
func readMessage(o *console.Operator, args string) (*service.Service, message.Payload, error) {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return nil, message.Payload{}, err
	}
	payload, err := inspect.Arguments(o.Node(), rest)
	return svc, payload, err
}

func send(_ context.Context, o *console.Operator, args string) error {
	svc, payload, err := readMessage(o, args)
	if err != nil {
		return err
	}
	if err := o.Client().Send(svc.Address(), message.TypeLua, payload); err != nil {
		return err
	}
	return o.Reply(map[string]any{"sent": svc.Address().String()}, "sent to "+console.Title(svc))
}

func eval(ctx context.Context, o *console.Operator, args string) error {
	word, code := console.CutWord(args)
	if code == "" {
		return o.Usage("eval")
	}
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	return evalIn(ctx, o, svc, inspect.Code{Text: code, Chunk: "=eval"})
}

func evalIn(ctx context.Context, o *console.Operator, svc *service.Service, code inspect.Code) error {
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	printed := &prints{service: svc}
	if o.Remote { // elsewhere the node's output is in sight
		code.Print = printed.print
	}
	begin := o.Node().Clock().Now()
	results, err := inspect.Eval(ctx, o.Client(), svc, code, o.Shown())
	text := strings.TrimRight(printed.end(), "\n")
	if text != "" && !o.JSON {
		o.Println(visible.Text(text))
	}
	if err != nil {
		return o.NoAnswer(svc, err)
	}
	if text != "" && o.JSON {
		return o.Reply(map[string]any{"printed": text, "results": results.Values, "took": o.Node().Clock().Now().Sub(begin)}, "")
	}
	return o.ShowResults(results, o.Node().Clock().Now().Sub(begin))
}

func inject(ctx context.Context, o *console.Operator, args string) error {
	words, err := console.SplitWords(args)
	if err != nil {
		return err
	}
	if len(words) < 2 {
		return o.Usage("inject")
	}
	svc, err := o.Service(words[0])
	if err != nil {
		return err
	}
	code, err := o.ReadFile(words[1])
	if err != nil {
		return err
	}
	return evalIn(ctx, o, svc, inspect.Code{Text: code, Chunk: "@" + words[1], Args: words[2:], Patch: true})
}

func ping(ctx context.Context, o *console.Operator, args string) error {
	svc, err := o.Service(args)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	begin := o.Node().Clock().Now()
	if _, err := inspect.Eval(ctx, o.Client(), svc, inspect.Code{Text: "nil", Chunk: "=ping"}, o.Shown()); err != nil {
		return err
	}
	took := o.Node().Clock().Now().Sub(begin)
	return o.Reply(map[string]any{"took": took}, fmt.Sprintf("%s answered after %s", console.Title(svc), render.Duration(took)))
}
