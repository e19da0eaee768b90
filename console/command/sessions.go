package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/visible"
)

// This file holds the command about the sessions of the node.

var sessionsCommands = []*console.Command{
	{Name: "sessions", Group: console.OfSession, Usage: "[end ID]",
		Help: "Lists who is at the node's console: how and from where, with which role, since when, the line that runs or ran last, and what the session holds, such as a debugger. " +
			"end ends another session, as if its connection were closed: its command is cancelled, what it holds is let go. Who is there must have no role above yours.",
		Examples: []string{"sessions", "sessions end 3"}, Reads: console.Unless("end"), Run: sessions},
}

func sessions(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	switch {
	case word == "":
		return listSessions(ctx, o)
	case word != "end":
		return o.Usage("sessions")
	}
	id, err := strconv.ParseUint(rest, 10, 64)
	if err != nil {
		return o.Usage("sessions")
	}
	all := o.OtherSessions()
	for _, s := range all {
		if s.ID == id && s.Own {
			return errors.New("this is the session itself; quit ends it")
		}
	}
	switch err := o.EndSession(id); {
	case errors.Is(err, console.ErrNoSession):
		var there []uint64
		for _, s := range all[:min(len(all), console.MostNumbers)] {
			there = append(there, s.ID)
		}
		return console.NoNumber("session", id, there, len(all), "sessions")
	case err != nil:
		return fmt.Errorf("session %d goes on: %w", id, err)
	}
	return o.Reply(map[string]uint64{"ended": id}, fmt.Sprintf("session %d was ended", id))
}

func listSessions(ctx context.Context, o *console.Operator) error {
	all := o.OtherSessions()
	return console.Show(ctx, o, console.Listing[console.SessionInfo]{
		Rows: console.Rows(all), Count: len(all),
		Columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "kind"}, {Name: "from", Role: render.Address},
			{Name: "user", Role: render.Key}, {Name: "role"},
			{Name: "since", Align: render.Right}, {Name: "state"}, {Name: "line", Shrink: 1}, {Name: "holds", Role: render.Warning},
		},
		Cells: func(s console.SessionInfo) []string {
			state := "idle " + render.Duration(s.For)
			switch {
			case s.Own:
				state = "this one"
			case s.Runs:
				state = "runs " + render.Duration(s.For)
			}
			return []string{strconv.FormatUint(s.ID, 10), s.Kind, cmp.Or(s.From, "-"), cmp.Or(s.User, "-"), s.Role.String(), render.Duration(s.Since), state, visible.Line(s.Line), strings.Join(s.Holds, ", ")}
		},
	})
}
