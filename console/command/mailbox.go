package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the command about messages that wait for a service.

var mailboxCommands = []*console.Command{
	{Name: "mailbox", Group: console.Messages, Usage: "SERVICE [all | drop NUMBER | move NUMBER SERVICE]",
		Help: "Lists the messages that wait for a service, the oldest first: for how long, from whom, what; the first of very many. " +
			"drop takes one out, whose sender gets an error if it waits for an answer, and gives it to the dead letters; move gives it to another service, which answers. " +
			"Answers that a task waits for stay.",
		Examples: []string{"mailbox CHAT_ROOM_SERVICE", "mailbox CHAT_ROOM_SERVICE drop 12", "mailbox WORKER_1 move 12 WORKER_2"},
		Complete: []console.Completer{console.CompleteService, completeMailbox}, Reads: readsMailbox, Run: mailbox},
}

// readsMailbox tells whether the command only lists.
func readsMailbox(args string) bool {
	_, rest := console.CutWord(args)
	word, _ := console.CutWord(rest)
	return word != "drop" && word != "move"
}

// completeMailbox completes what follows the service.
func completeMailbox(o *console.Operator, t console.Typing) console.Completion {
	switch {
	case len(t.Before) == 2:
		return console.Completion{Candidates: console.Beginning([]string{"all", "drop", "move"}, t.Word()), From: t.From}
	case len(t.Before) == 4 && t.Before[2] == "move":
		return console.CompleteService(o, t)
	}
	return console.Completion{From: t.From}
}

// waitingRow is one line of mailbox.
type waitingRow struct {
	Number              uint64
	Waited              time.Duration
	From, Type, Message string
	Session             int32
}

func mailbox(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	switch word, rest := console.CutWord(rest); {
	case word == "" || word == "all" && rest == "":
		return listMailbox(ctx, o, svc, word == "all")
	case word == "drop":
		return takeMessage(ctx, o, svc, rest, "")
	case word == "move":
		number, to := console.CutWord(rest)
		if to == "" {
			return o.Usage("mailbox")
		}
		return takeMessage(ctx, o, svc, number, to)
	}
	return o.Usage("mailbox")
}

func listMailbox(ctx context.Context, o *console.Operator, svc *service.Service, all bool) error {
	most := console.MostListed
	if all {
		most = max(most, svc.QueueLen()+console.MostListed)
	}
	waiting, total, err := svc.WaitingMessages(ctx, most)
	if errors.Is(err, message.ErrDead) {
		return err
	}
	showErr := console.Show(ctx, o, console.Listing[waitingRow]{
		Rows:  console.RowsOf(waiting, waitingRowOf),
		Count: len(waiting), Left: max(0, total-len(waiting)), Hint: fmt.Sprintf(`"mailbox %s all" shows them`, console.Typed(svc)),
		Columns: []render.Column{
			{Name: "number", Align: render.Right, Role: render.Key}, {Name: "waited", Align: render.Right}, {Name: "from", Role: render.Address},
			{Name: "type"}, {Name: "message", Shrink: 1},
		},
		Cells: func(r waitingRow) []string {
			return []string{strconv.FormatUint(r.Number, 10), render.Duration(r.Waited), r.From, r.Type, r.Message}
		},
		None: "no message waits for " + console.Title(svc),
	})
	if err != nil && showErr == nil && !o.JSON {
		o.Println(o.Paint(render.Note, "it can't be asked for what it has taken already: ") + o.ErrorText(o.NoAnswer(svc, err)))
	}
	return showErr
}

func waitingRowOf(w service.WaitingMessage) waitingRow {
	from := w.From
	if from == "" {
		from = "-"
	}
	return waitingRow{Number: w.Number, Waited: w.Waited, From: from, Type: w.Type.String(), Message: w.Message, Session: w.Session}
}

// takeMessage drops a message, or gives it to another service.
func takeMessage(ctx context.Context, o *console.Operator, svc *service.Service, number, to string) error {
	id, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return o.Usage("mailbox")
	}
	var was service.WaitingMessage
	var other *service.Service
	if to == "" {
		was, err = svc.DropMessage(ctx, id)
	} else {
		if other, err = o.Service(to); err != nil {
			return err
		}
		was, err = svc.MoveMessage(ctx, id, other)
	}
	switch {
	case errors.Is(err, service.ErrNoMessage):
		return noMessage(ctx, o, svc, id)
	case errors.Is(err, service.ErrAwaited), errors.Is(err, service.ErrOthersWork):
		return fmt.Errorf("message %d of %s stays: %w", id, console.Title(svc), err)
	case errors.Is(err, message.ErrDead), err == nil:
	default:
		return o.NoAnswer(svc, err)
	}
	if err != nil {
		return err
	}
	if other != nil {
		return o.Reply(map[string]any{"moved": id, "to": other.Address().String()},
			fmt.Sprintf("message %d of %s moved to %s: %s", id, console.Title(svc), console.Title(other), was.Message))
	}
	return o.Reply(map[string]any{"dropped": id}, fmt.Sprintf("message %d of %s dropped: %s", id, console.Title(svc), was.Message))
}

// noMessage says which messages wait instead.
func noMessage(ctx context.Context, o *console.Operator, svc *service.Service, id uint64) error {
	waiting, total, err := svc.WaitingMessages(ctx, console.MostNumbers)
	if err != nil {
		return fmt.Errorf("message %d does not wait for %s", id, console.Title(svc))
	}
	var there []uint64
	for _, w := range waiting {
		there = append(there, w.Number)
	}
	return fmt.Errorf("%s: %w", console.Title(svc), console.NoNumber("message", id, there, total, "mailbox "+console.Typed(svc)))
}
