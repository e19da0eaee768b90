package console

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lunarium/runtime/visible"
)

// This file completes what is typed.

// CompletionWait is how long Tab waits for a busy service.
const CompletionWait = 300 * time.Millisecond

func (o *Operator) complete(text string) Completion {
	complete := o.CompleteCommand
	if o.mode != nil {
		complete = o.mode.Complete
	}
	c := complete(text)
	// What services name could act on the terminal.
	odd := func(word string) bool { return visible.Line(word) != word }
	c.Candidates = slices.DeleteFunc(slices.Clone(c.Candidates), odd)
	c.Hint = visible.Text(c.Hint)
	return c
}

// CompleteCommand completes a line of commands.
func (o *Operator) CompleteCommand(text string) Completion {
	t := TypingOf(text)
	if len(t.Before) == 0 {
		return CompleteName(o, t)
	}
	command, err := o.table.Find(t.Before[0])
	if err != nil || len(command.Complete) == 0 || !o.mayRun(command) {
		return Completion{From: t.From}
	}
	return command.CompleteArgument(o, t)
}

// CompleteArgument completes an argument of a command that says how.
func (c *Command) CompleteArgument(o *Operator, t Typing) Completion {
	return c.Complete[min(len(t.Before)-1, len(c.Complete)-1)](o, t)
}

// mayRun tells whether who is at the session may run a command, with some arguments at least.
func (o *Operator) mayRun(c *Command) bool { return c.LeastRole() <= o.Who.Role() }

// permittedNames gives the names of the commands that who is at the session may run.
func (o *Operator) permittedNames(t *Table) []string {
	return slices.DeleteFunc(t.Names(), func(name string) bool { return !o.mayRun(t.byName[name]) })
}

// CompleteName completes the name of a command that who is at the session may run.
func CompleteName(o *Operator, t Typing) Completion {
	return Completion{Candidates: Beginning(o.permittedNames(o.table), t.Word()), From: t.From}
}

// CompleteService completes what a service can be called by, as the first argument.
func CompleteService(o *Operator, t Typing) Completion {
	if len(t.Before) > 1 {
		return Completion{From: t.From}
	}
	return Completion{Candidates: Beginning(o.serviceWords(), t.Word()), From: t.From}
}

// CompleteFile completes the name of a file of the node's.
func CompleteFile(o *Operator, t Typing) Completion {
	if o.Remote {
		return Completion{From: t.From}
	}
	return Completion{Candidates: filesFrom(t.Word()), From: t.From}
}

// Beginning gives the words that begin with a text.
func Beginning(words []string, prefix string) []string {
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
