package console

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file completes what is typed.

// Complete gives the words that may stand at pos of a line, and where the word
// that they replace begins.
func (s *Session) Complete(text string, pos int) (candidates []string, from int) {
	text = text[:pos]
	if s.mode != nil {
		candidates, from = s.mode.complete(text)
	} else {
		candidates, from = s.completeCommand(text)
	}
	// What services name could act on the terminal.
	odd := func(word string) bool { return visible.Line(word) != word }
	return slices.DeleteFunc(slices.Clone(candidates), odd), from
}

func (s *Session) completeCommand(text string) (candidates []string, from int) {
	from = strings.LastIndexAny(text, " \t") + 1
	word := text[from:]
	before := strings.Fields(text[:from])
	if len(before) == 0 {
		return beginning(s.table.Names(), word), from
	}
	command, err := s.table.Find(before[0])
	if err != nil || len(command.Complete) == 0 {
		return nil, from
	}
	what := command.Complete[min(len(before)-1, len(command.Complete)-1)]
	switch what {
	case CompleteService:
		if len(before) > 1 {
			return nil, from
		}
		return beginning(s.serviceWords(), word), from
	case CompleteCommand:
		return beginning(s.table.Names(), word), from
	case CompleteFile:
		if s.Remote {
			return nil, from
		}
		return filesFrom(word), from
	case CompleteLaunch:
		return beginning(s.launchable(), word), from
	case CompleteLua:
		return s.codeCandidates(text)
	case CompleteDebugCommand:
		if len(before) > 2 {
			return nil, from
		}
		return beginning(debugCommandNames, word), from
	case CompleteTrace:
		return beginning([]string{"debug", "lua", "off", "on", "system"}, word), from
	case CompletePath:
		if len(before) < 2 {
			return nil, from
		}
		return s.paths(before[1], word), from
	}
	return nil, from
}

// codeCandidates completes the code in a line such as "eval SERVICE CODE".
func (s *Session) codeCandidates(text string) (candidates []string, from int) {
	_, rest := cutWord(text)
	word, code := cutWord(rest)
	svc, err := s.service(word)
	if err != nil {
		return nil, len(text)
	}
	return luaCandidates(svc, code, len(text)-len(code))
}

// completionWait is how long Tab waits for a busy service.
const completionWait = 300 * time.Millisecond

// luaCandidates completes code that begins at an offset of its line.
func luaCandidates(svc *service.Service, code string, offset int) (candidates []string, from int) {
	ctx, cancel := context.WithTimeout(context.Background(), completionWait)
	defer cancel()
	candidates, from, err := inspect.Candidates(ctx, svc, code)
	if err != nil {
		return nil, offset + len(code)
	}
	return candidates, offset + from
}

func beginning(words []string, prefix string) []string {
	var found []string
	for _, w := range words {
		if strings.HasPrefix(w, prefix) {
			found = append(found, w)
		}
	}
	return found
}

func filesFrom(prefix string) []string {
	matches, err := filepath.Glob(strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`).Replace(prefix) + "*")
	if err != nil {
		return nil
	}
	for i, m := range matches {
		if info, err := os.Stat(m); err == nil && info.IsDir() {
			matches[i] += "/"
		}
	}
	return matches
}

// launchable gives the names of the services on the search path.
func (s *Session) launchable() []string {
	names := map[string]bool{}
	for _, pattern := range s.node.Config().Path {
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

// paths completes a path into a service's state; keys that are no names stand in
// brackets. The only one that fits comes with the places below it, so that the editor
// takes it as one that may go on.
func (s *Session) paths(word, prefix string) []string {
	svc, err := s.service(word)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), completionWait)
	defer cancel()
	parent, last := cutPath(prefix)
	places, err := inspect.Places(ctx, svc, parent, mostPaths, func(key plain.Key) bool {
		return begins(key, last, len(parent) == 0)
	})
	if err == nil && len(places) == 1 {
		below, err := inspect.Places(ctx, svc, places[0], mostPaths, func(plain.Key) bool { return true })
		if err == nil {
			places = append(places, below...)
		}
	}
	found := make([]string, len(places))
	for i, place := range places {
		found[i] = place.String()
	}
	return found
}
