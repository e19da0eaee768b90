package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands that send messages.

var messageCommands = []*Command{
	{Name: "call", Group: Messages, Usage: "SERVICE [LUA EXPRESSIONS]",
		Help:     "Sends a request and shows the answer. The arguments are Lua expressions, separated by commas.",
		Examples: []string{`call CHAT_ROOM_SERVICE "join", 1, "lobby", "ann"`, `call 8 "set", {x = 1}`},
		Complete: []Completion{CompleteService}, Run: call},
	{Name: "send", Group: Messages, Usage: "SERVICE [LUA EXPRESSIONS]",
		Help:     "Sends a message that nobody answers.",
		Examples: []string{`send CHAT_ROOM_SERVICE "leave", 1`},
		Complete: []Completion{CompleteService}, Run: send},
	{Name: "eval", Group: Messages, Usage: "SERVICE CODE",
		Help:     "Runs Lua code inside a service, with the service's own local variables in reach, and shows what it gives. The code may call other services and wait; assigning to a local variable changes it.",
		Examples: []string{"eval CHAT_ROOM_SERVICE rooms.lobby.users", "eval CHAT_ROOM_SERVICE rooms.lobby = nil"},
		Complete: []Completion{CompleteService, CompleteLua}, Run: eval},
	{Name: "inject", Group: Messages, Usage: "SERVICE FILE [ARG...]",
		Help:     "Runs a Lua file inside a service, as eval does. The arguments are what it finds in ..., as strings. Patch scripts of skynet find the tables of the service's handlers in _P and _U.",
		Examples: []string{`inject CHAT_ROOM_SERVICE count_members.lua`}, Complete: []Completion{CompleteService, CompleteFile}, Run: inject},
	{Name: "ping", Group: Messages, Usage: "SERVICE",
		Help:     "Tells how long a service takes to answer.",
		Examples: []string{`ping CHAT_ROOM_SERVICE`}, Complete: []Completion{CompleteService}, Reads: always, Run: ping},
	{Name: "dead", Group: Messages,
		Help: "Lists the messages that could not be delivered, with the reason.", Reads: always, Run: deadLetters},
}

func call(ctx context.Context, s *Session, args string) error {
	svc, payload, err := s.message(args)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	begin := s.node.Clock().Now()
	answer, err := s.client.Call(ctx, svc.Address(), message.TypeLua, payload)
	if err != nil {
		return s.noAnswer(svc, err)
	}
	return s.showResults(inspect.Reply(s.node, answer, plain.DefaultLimits), s.node.Clock().Now().Sub(begin))
}

// message reads "SERVICE EXPRESSIONS".
func (s *Session) message(args string) (*service.Service, message.Payload, error) {
	word, rest := cutWord(args)
	svc, err := s.service(word)
	if err != nil {
		return nil, message.Payload{}, err
	}
	payload, err := inspect.Arguments(s.node, rest)
	return svc, payload, err
}

// showResults shows results, and the time that they took when that is more
// than the clock's smallest step. A transcript leaves the real clock's out, as no
// replay could repeat them, and watch, as they are no change.
func (s *Session) showResults(r plain.Results, took time.Duration) error {
	if s.Untimed || s.paced() {
		took = 0
	}
	if s.JSON {
		return s.reply(map[string]any{"results": r.Values, "took": took}, "")
	}
	text := s.style().Results(r.Values)
	if took > 0 {
		note := s.paint(render.Note, "took "+render.Duration(took))
		if strings.Contains(text, "\n") {
			text += "\n" + note
		} else {
			text += "  " + note
		}
	}
	s.println(text)
	return nil
}

func send(_ context.Context, s *Session, args string) error {
	svc, payload, err := s.message(args)
	if err != nil {
		return err
	}
	if err := s.client.Send(svc.Address(), message.TypeLua, payload); err != nil {
		return err
	}
	return s.reply(map[string]any{"sent": svc.Address().String()}, "sent to "+title(svc))
}

func eval(ctx context.Context, s *Session, args string) error {
	word, code := cutWord(args)
	if code == "" {
		return usageError("eval", s.table)
	}
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	return s.eval(ctx, svc, inspect.Code{Text: code, Chunk: "=eval"})
}

func (s *Session) eval(ctx context.Context, svc *service.Service, code inspect.Code) error {
	ctx, cancel := s.timed(ctx)
	defer cancel()
	printed := &prints{service: svc}
	if s.Remote { // elsewhere the node's output is in sight
		code.Print = printed.print
	}
	begin := s.node.Clock().Now()
	results, err := inspect.Eval(ctx, s.client, svc, code, plain.DefaultLimits)
	text := strings.TrimRight(printed.end(), "\n")
	if text != "" && !s.JSON {
		s.println(visible.Text(text))
	}
	if err != nil {
		return s.noAnswer(svc, err)
	}
	if text != "" && s.JSON {
		return s.reply(map[string]any{"printed": text, "results": results.Values, "took": s.node.Clock().Now().Sub(begin)}, "")
	}
	return s.showResults(results, s.node.Clock().Now().Sub(begin))
}

func inject(ctx context.Context, s *Session, args string) error {
	words, err := splitWords(args)
	if err != nil {
		return err
	}
	if len(words) < 2 {
		return usageError("inject", s.table)
	}
	svc, err := s.service(words[0])
	if err != nil {
		return err
	}
	code, err := s.readFile(words[1])
	if err != nil {
		return err
	}
	return s.eval(ctx, svc, inspect.Code{Text: code, Chunk: "@" + words[1], Args: words[2:], Patch: true})
}

func ping(ctx context.Context, s *Session, args string) error {
	svc, err := s.service(args)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	begin := s.node.Clock().Now()
	if _, err := inspect.Eval(ctx, s.client, svc, inspect.Code{Text: "nil", Chunk: "=ping"}, plain.DefaultLimits); err != nil {
		return err
	}
	took := s.node.Clock().Now().Sub(begin)
	return s.reply(map[string]any{"took": took}, fmt.Sprintf("%s answered after %s", title(svc), render.Duration(took)))
}

const deadShown = 50

func deadLetters(_ context.Context, s *Session, _ string) error {
	letters := s.node.DeadLetters().Last(deadShown)
	var cells [][]string
	for _, l := range letters {
		cells = append(cells, []string{l.From, l.To, l.Type.String(), l.Message, l.Reason})
	}
	return s.reply(letters, s.style().Table([]render.Column{
		{Name: "from"}, {Name: "to", Role: render.Address}, {Name: "type"}, {Name: "message", Shrink: 2}, {Name: "reason", Shrink: 1},
	}, cells))
}
