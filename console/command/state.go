package command

import (
	"context"
	"fmt"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
)

// This file holds the commands about a service's state.

var stateCommands = []*console.Command{
	{Name: "dump", Group: console.StateOf, Usage: "SERVICE [PATH]",
		Help:     "Shows a service's state: its globals and the local variables of its file and functions. A path goes straight to one place.",
		Examples: []string{"dump CHAT_ROOM_SERVICE", "dump CHAT_ROOM_SERVICE rooms.lobby.users[1]"},
		Complete: []console.Completer{console.CompleteService, completePath}, Reads: console.Always, Run: dump},
	{Name: "set", Group: console.StateOf, Usage: "SERVICE PATH EXPRESSION",
		Help:     "Changes one place of a service's state. The expression is evaluated inside the service.",
		Examples: []string{`set CHAT_ROOM_SERVICE rooms.lobby.topic "tea"`},
		Complete: []console.Completer{console.CompleteService, completePath}, Run: set},
}

func dump(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	var path plain.Path
	if rest = strings.TrimSpace(rest); rest != "" {
		if path, err = plain.ParsePath(rest); err != nil {
			return err
		}
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	state, err := inspect.Dump(ctx, svc, path, plain.DefaultLimits)
	if err != nil {
		return err
	}
	if len(state.Entries) == 0 {
		return o.Reply(map[string]any{}, console.Title(svc)+" has no state of its own")
	}
	data := map[string]plain.Value{}
	var roots []render.Root
	for _, e := range state.Entries {
		data[e.Key.Text] = e.Value
		roots = append(roots, render.Root{Name: e.Key.Text, Value: e.Value})
	}
	return o.Reply(data, o.Style().Tree(roots...))
}

func set(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	place, expression := console.CutWord(rest)
	if expression == "" {
		return o.Usage("set")
	}
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	path, err := plain.ParsePath(place)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	before, after, err := inspect.Set(ctx, svc, path, expression, plain.DefaultLimits)
	if err != nil {
		return o.NoAnswer(svc, err)
	}
	style := o.Style()
	return o.Reply(map[string]any{"path": path.String(), "before": before, "after": after},
		fmt.Sprintf("%s = %s  %s", path, style.Inline(after, 0), o.Paint(render.Note, "was "+style.Inline(before, 0))))
}
