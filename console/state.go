package console

import (
	"context"
	"errors"
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
	{Name: "watch", Group: StateOf, Usage: "[every DURATION] COMMAND",
		Help:     "Repeats a command and marks what changed, until Ctrl-C. With the virtual clock it moves the clock between two rounds and ends after ten.",
		Examples: []string{"watch every 1s dump CHAT_ROOM_SERVICE rooms"},
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

// virtualRounds is how often watch repeats under the virtual clock.
const virtualRounds = 10

func watch(ctx context.Context, s *Session, args string) error {
	every := time.Second
	if word, rest := cutWord(args); word == "every" {
		var text string
		text, args = cutWord(rest)
		d, err := parseDuration(text)
		if err != nil {
			return err
		}
		if d == 0 {
			return errors.New("between two rounds there has to be some time: watch every 1s COMMAND")
		}
		every = d
	}
	if args == "" {
		return usageError("watch", s.table)
	}
	previous := ""
	for round := 0; ; round++ {
		text, err := s.capture(ctx, args)
		if err != nil {
			s.println(text)
			return err
		}
		if round == 0 {
			s.println(strings.TrimRight(text, "\n"))
		} else if text != previous {
			s.println(strings.TrimRight(s.style().Changes(previous, text), "\n"))
		}
		previous = text
		if done, err := s.nextRound(ctx, every, round); done || err != nil {
			return err
		}
	}
}

// nextRound waits until watch repeats its command; done says that it is over.
func (s *Session) nextRound(ctx context.Context, every time.Duration, round int) (done bool, err error) {
	if s.node.Clock().Virtual() {
		if round+1 >= virtualRounds {
			return true, nil
		}
		_, err := s.node.Clock().Advance(ctx, every)
		return false, err
	}
	timer := time.NewTimer(every)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false, nil
	case <-ctx.Done():
		return true, nil
	}
}

// capture runs a command and gives what it wrote.
func (s *Session) capture(ctx context.Context, line string) (string, error) {
	var b strings.Builder
	out := s.Out
	s.Out = &b
	err := s.dispatch(ctx, line)
	s.Out = out
	if err != nil {
		return strings.TrimRight(b.String(), "\n"), err
	}
	return b.String(), nil
}

// parseDuration reads "90s", "2h", "1d12h", or a number of seconds.
func parseDuration(text string) (time.Duration, error) {
	if days, rest, ok := strings.Cut(text, "d"); ok && isDigits(days) {
		d, err := parseDuration(days + "s")
		if err != nil {
			return 0, err
		}
		d *= 86400
		if rest == "" {
			return d, nil
		}
		more, err := parseDuration(rest)
		return d + more, err
	}
	if isDigits(text) {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration; write 500ms, 90s, 2h or 1d12h", text)
	}
	return d, nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
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
