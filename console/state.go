package console

import (
	"context"
	"fmt"
	"strings"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file holds the commands about a service's state.

var stateCommands = []*Command{
	{Name: "dump", Group: StateOf, Usage: "SERVICE [PATH]",
		Help:     "Shows a service's state: its globals and the local variables of its file and functions. A path goes straight to one place.",
		Examples: []string{"dump CHAT_ROOM_SERVICE", "dump CHAT_ROOM_SERVICE rooms.lobby.users[1]"},
		Complete: []Completion{CompleteService, CompletePath}, Reads: always, Run: dump},
	{Name: "set", Group: StateOf, Usage: "SERVICE PATH EXPRESSION",
		Help:     "Changes one place of a service's state. The expression is evaluated inside the service.",
		Examples: []string{`set CHAT_ROOM_SERVICE rooms.lobby.topic "tea"`},
		Complete: []Completion{CompleteService, CompletePath}, Run: set},
	{Name: "watch", Group: StateOf, Usage: "[every DURATION] [for DURATION] COMMAND",
		Help:     "Repeats a command and marks what changed, for some time or until Ctrl-C. In a pipe it ends with the input, or with the next line. With the virtual clock it moves the clock between two rounds and ends after ten unless it is told for how long.",
		Examples: []string{"watch every 1s dump CHAT_ROOM_SERVICE rooms", "watch every 1s for 1m stat"},
		Complete: []Completion{CompleteCommand}, Run: watch},
}

func dump(ctx context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	var path plain.Path
	if rest = strings.TrimSpace(rest); rest != "" {
		if path, err = plain.ParsePath(rest); err != nil {
			return err
		}
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	state, err := inspect.Dump(ctx, svc, path, plain.DefaultLimits)
	if err != nil {
		return err
	}
	if len(state.Entries) == 0 {
		return s.reply(map[string]any{}, title(svc)+" has no state of its own")
	}
	data := map[string]plain.Value{}
	var roots []render.Root
	for _, e := range state.Entries {
		data[e.Key.Text] = e.Value
		roots = append(roots, render.Root{Name: e.Key.Text, Value: e.Value})
	}
	return s.reply(data, s.style().Tree(roots...))
}

func set(ctx context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	place, expression := cutWord(rest)
	if expression == "" {
		return usageError("set", s.table)
	}
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	path, err := plain.ParsePath(place)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	before, after, err := inspect.Set(ctx, svc, path, expression, plain.DefaultLimits)
	if err != nil {
		return s.noAnswer(svc, err)
	}
	style := s.style()
	return s.reply(map[string]any{"path": path.String(), "before": before, "after": after},
		fmt.Sprintf("%s = %s  %s", path, style.Inline(after, 0), s.paint(render.Note, "was "+style.Inline(before, 0))))
}

// mostPaths is how many paths are offered.
const mostPaths = 200

// cutPath splits an unfinished path into the part that is whole and the step that it
// ends in the middle of.
func cutPath(text string) (parent plain.Path, last string) {
	for i := len(text) - 1; i >= 0; i-- {
		if text[i] != '.' && text[i] != '[' {
			continue
		}
		if path, err := plain.ParsePath(text[:i]); err == nil {
			return path, text[i:]
		}
	}
	return nil, text
}

// begins tells whether a key may go on an unfinished step: a key that is no name also
// after a dot.
func begins(key plain.Key, step string, first bool) bool {
	switch {
	case first:
		return strings.HasPrefix(key.Text, step)
	case step[0] == '.' && key.Kind == plain.String:
		return strings.HasPrefix(key.Text, step[1:])
	case step[0] == '.':
		return len(step) == 1
	case key.Kind == plain.String:
		quoted := "[" + visible.Quote(key.Text)
		return strings.HasPrefix(quoted, strings.Replace(step, "['", `["`, 1))
	}
	return strings.HasPrefix(key.String(), step)
}
