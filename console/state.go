package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/service"
)

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
	var path inspect.Path
	if rest = strings.TrimSpace(rest); rest != "" {
		if path, err = inspect.ParsePath(rest); err != nil {
			return err
		}
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	state, err := inspect.Dump(ctx, svc, path, inspect.DefaultLimits)
	if err != nil {
		return err
	}
	if len(state.Entries) == 0 {
		return s.reply(map[string]any{}, title(svc)+" has no state of its own")
	}
	data := map[string]inspect.Value{}
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
	path, err := inspect.ParsePath(place)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	before, after, err := inspect.Set(ctx, svc, path, expression, inspect.DefaultLimits)
	if err != nil {
		return err
	}
	style := s.style()
	return s.reply(map[string]any{"path": path.String(), "before": before, "after": after},
		fmt.Sprintf("%s = %s  %s", path, style.Inline(after, 0), s.paint(render.Note, "was "+style.Inline(before, 0))))
}

// paths completes a path into a service's state. The only one that fits comes
// with the places below it, so that the editor takes it as one that may go on.
func (s *Session) paths(word, prefix string) []string {
	svc, err := s.service(word)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	parent := inspect.Path(nil)
	if i := strings.LastIndexAny(prefix, ".["); i >= 0 {
		if parent, err = inspect.ParsePath(prefix[:i]); err != nil {
			return nil
		}
	}
	var found []string
	var fits inspect.Path
	for _, place := range placesIn(ctx, svc, parent) {
		if full := place.String(); strings.HasPrefix(full, prefix) {
			found, fits = append(found, full), place
		}
	}
	if len(found) == 1 {
		for _, place := range placesIn(ctx, svc, fits) {
			found = append(found, place.String())
		}
	}
	return found
}

// placesIn gives the places directly below a path, at most 200.
func placesIn(ctx context.Context, svc *service.Service, parent inspect.Path) []inspect.Path {
	state, err := inspect.Dump(ctx, svc, parent, inspect.Limits{Depth: 1, Width: 200, Text: 100})
	if err != nil {
		return nil
	}
	entries := state.Entries
	if len(parent) > 0 && len(entries) == 1 {
		entries = entries[0].Value.Entries
	}
	var places []inspect.Path
	for _, e := range entries {
		if key, ok := inspect.KeyOf(e.Key); ok {
			places = append(places, parent.Append(key))
		}
	}
	return places
}
