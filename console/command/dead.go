package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the command about messages that nobody handled.

var deadCommands = []*console.Command{
	{Name: "dead", Group: console.Messages, Usage: "[all | resend ID [SERVICE] | edit ID LUA EXPRESSIONS | drop ID | drop all]",
		Help: "Lists the messages that could not be delivered, with the reason; the latest of many. " +
			"resend sends one again, to its receiver or another service, in the name of who sent it; nobody waits for an answer any more. edit gives it other values first. drop forgets it.",
		Examples: []string{"dead", "dead resend 3 CHAT_ROOM_SERVICE", `dead edit 3 "leave", 1`, "dead drop all"},
		Complete: []console.Completer{completeDead}, Reads: console.Unless("resend", "edit", "drop"), Run: dead},
}

const deadShown = 50

func dead(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	switch word {
	case "":
		return listDead(ctx, o, deadShown)
	case "all":
		return listDead(ctx, o, -1)
	case "drop":
		return dropDead(o, rest)
	case "resend", "edit":
		number, rest := console.CutWord(rest)
		id, err := strconv.ParseUint(number, 10, 64)
		if err != nil || word == "edit" && rest == "" {
			return o.Usage("dead")
		}
		if word == "edit" {
			return editDead(o, id, rest)
		}
		return resendDead(o, id, rest)
	}
	return o.Usage("dead")
}

func completeDead(o *console.Operator, t console.Typing) console.Completion {
	switch {
	case len(t.Before) == 1:
		return console.Completion{Candidates: console.Beginning([]string{"all", "drop", "edit", "resend"}, t.Word()), From: t.From}
	case len(t.Before) == 3 && t.Before[1] == "resend":
		return console.CompleteService(o, t)
	}
	return console.Completion{From: t.From}
}

func listDead(ctx context.Context, o *console.Operator, most int) error {
	letters := o.Node().DeadLetters().Last(-1)
	left := 0
	if most >= 0 && len(letters) > most {
		left = len(letters) - most
		letters = letters[left:]
	}
	now := o.Node().Clock().Now()
	return console.Show(ctx, o, console.Listing[service.DeadLetter]{
		Rows: console.Rows(letters), Count: len(letters), Left: left, Hint: `"dead all" shows them`,
		Columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "ago", Align: render.Right}, {Name: "from"}, {Name: "to", Role: render.Address},
			{Name: "type"}, {Name: "message", Shrink: 2}, {Name: "reason", Shrink: 1},
		},
		Cells: func(l service.DeadLetter) []string {
			ago := now.Sub(l.Time).Truncate(time.Millisecond)
			return []string{strconv.FormatUint(l.ID, 10), render.Duration(ago), l.From, l.To, l.Type.String(), l.Message, l.Reason}
		},
	})
}

func dropDead(o *console.Operator, which string) error {
	id, err := strconv.ParseUint(which, 10, 64)
	if err != nil && which != "all" {
		return o.Usage("dead")
	}
	dropped := o.Node().DeadLetters().Remove(func(l *service.DeadLetter) bool { return which == "all" || l.ID == id })
	if which != "all" && len(dropped) == 0 {
		return noLetter(o, id)
	}
	return o.Reply(map[string]any{"dropped": len(dropped)}, render.Plural(len(dropped), "dead letter", "dead letters")+" dropped")
}

func editDead(o *console.Operator, id uint64, expressions string) error {
	payload, err := inspect.Arguments(o.Node(), expressions)
	if err != nil {
		return err
	}
	letter, err := o.Node().EditDeadLetter(id, payload)
	if err != nil {
		return noLetter(o, id)
	}
	return o.Reply(letter, fmt.Sprintf(`dead letter %d is %s now; "dead resend %[1]d" sends it`, id, letter.Message))
}

func resendDead(o *console.Operator, id uint64, to string) error {
	address := message.Address(0)
	if to != "" {
		svc, err := o.Service(to)
		if err != nil {
			return err
		}
		address = svc.Address()
	}
	letter, err := o.Node().ResendDeadLetter(id, address)
	switch {
	case errors.Is(err, service.ErrNoLetter):
		return noLetter(o, id)
	case err != nil:
		return fmt.Errorf("dead letter %d was not sent: %w", id, err)
	}
	return o.Reply(map[string]any{"resent": id, "to": letter.Dest.String()},
		fmt.Sprintf("sent to %s %s: %s", o.Node().NameOf(letter.Dest), letter.Dest, letter.Message))
}

// noLetter says which dead letters there are instead.
func noLetter(o *console.Operator, id uint64) error {
	var there []uint64
	letters := o.Node().DeadLetters().Last(-1)
	for _, l := range slices.Backward(letters) {
		if len(there) < console.MostNumbers {
			there = append(there, l.ID)
		}
	}
	slices.Sort(there)
	return console.NoNumber("dead letter", id, there, len(letters), "dead")
}
