package command

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"lunarium/console"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/inspect/reload"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file completes arguments of commands.

// completeLaunch completes the name of a service on the search path.
func completeLaunch(o *console.Operator, t console.Typing) console.Completion {
	return console.Completion{Candidates: console.Beginning(launchable(o.Node()), t.Word()), From: t.From}
}

// launchable gives the names of the services on the search path.
func launchable(n *service.Node) []string {
	names := map[string]bool{}
	for _, pattern := range n.Config().Path {
		matches, err := filepath.Glob(strings.Replace(pattern, "?", "*", 1))
		if err != nil {
			continue
		}
		head, tail, _ := strings.Cut(pattern, "?")
		for _, m := range matches {
			names[strings.TrimSuffix(strings.TrimPrefix(m, head), tail)] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// debugCommandNames are the debug messages that every service answers.
var debugCommandNames = []string{
	"EXIT", "GC", "INFO", "KILLTASK", "LINK", "MEM", "PING", "RUN", "STAT", "SUPPORT", "TASK", "TERM", "TRACELOG", "UNIQTASK",
}

// completeDebugCommand completes a command of the debug protocol, as the second argument.
func completeDebugCommand(_ *console.Operator, t console.Typing) console.Completion {
	if len(t.Before) > 2 {
		return console.Completion{From: t.From}
	}
	return console.Completion{Candidates: console.Beginning(debugCommandNames, t.Word()), From: t.From}
}

// completePath completes a path into the state of the service before it.
func completePath(o *console.Operator, t console.Typing) console.Completion {
	if len(t.Before) < 2 {
		return console.Completion{From: t.From}
	}
	return console.Completion{Candidates: paths(o, t.Before[1], t.Word()), From: t.From}
}

// completeFunction completes the name of a function in the code of the service before it.
func completeFunction(o *console.Operator, t console.Typing) console.Completion {
	c := console.Completion{From: t.From}
	svc, err := o.Service(t.Before[len(t.Before)-1])
	if err != nil {
		return c
	}
	ctx, cancel := context.WithTimeout(context.Background(), console.CompletionWait)
	defer cancel()
	if names, err := reload.FunctionNames(ctx, svc); err == nil {
		c.Candidates = console.Beginning(names, t.Word())
	}
	return c
}

// mostPaths is how many paths are offered.
const mostPaths = 200

// paths completes a path into a service's state; keys that are no names stand in
// brackets. The only one that fits comes with the places below it, so that the editor
// takes it as one that may go on.
func paths(o *console.Operator, word, prefix string) []string {
	svc, err := o.Service(word)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), console.CompletionWait)
	defer cancel()
	parent, last := cutPath(prefix)
	if !looksInto(ctx, o, svc, parent) {
		return nil
	}
	places, err := inspect.Places(ctx, svc, parent, mostPaths, func(key plain.Key) bool {
		return begins(key, last, len(parent) == 0)
	})
	if err == nil && len(places) == 1 && looksInto(ctx, o, svc, places[0]) {
		below, err := inspect.Places(ctx, svc, places[0], mostPaths, func(plain.Key) bool { return true })
		if err == nil {
			places = append(places, below...)
		}
	}
	var found []string
	for _, place := range places {
		if text := place.String(); o.Hidden().Text(text) == text {
			found = append(found, text)
		}
	}
	return found
}

// looksInto tells whether who is at the session sees what is below a path.
func looksInto(ctx context.Context, o *console.Operator, svc *service.Service, path plain.Path) bool {
	if o.Hidden() == nil || len(path) == 0 {
		return true
	}
	state, err := inspect.Dump(ctx, svc, path, plain.Limits{Text: plain.DefaultLimits.Text})
	return err == nil && o.Hidden().Value(path.String(), state.Entries[0].Value).Kind != plain.Hidden
}

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

// completeLua completes code for the service before it, to the end of the line.
func completeLua(o *console.Operator, t console.Typing) console.Completion {
	_, rest := console.CutWord(t.Text)
	word, code := console.CutWord(rest)
	svc, err := o.Service(word)
	if err != nil {
		return console.Completion{From: len(t.Text)}
	}
	return o.WithHint(luaCandidates(svc, t.Text, code), code)
}

// luaCandidates completes code that a line ends in.
func luaCandidates(svc *service.Service, line, code string) console.Completion {
	ctx, cancel := context.WithTimeout(context.Background(), console.CompletionWait)
	defer cancel()
	candidates, from, err := inspect.Candidates(ctx, svc, code)
	if err != nil {
		return console.Completion{From: len(line)}
	}
	return console.Completion{Candidates: candidates, From: len(line) - len(code) + from}
}
