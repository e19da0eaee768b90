package console

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"lunarium/console/access"
	"lunarium/runtime/visible"
)

// This file holds what a command is: its usage, its completer, its effect; and the table
// of them.

// Group is the heading under which help lists a command.
type Group string

// The groups, in the order in which help shows them.
const (
	Launching Group = "Launch and end"
	Messages  Group = "Messages"
	StateOf   Group = "State"
	Code      Group = "Code"
	Timing    Group = "Tasks and timers"
	Memory    Group = "Memory and logs"
	OfSession Group = "Session"
)

// Command is one command of the console. Everything that help, completion and
// the reference say about it stands here.
type Command struct {
	Name     string
	Aliases  []string
	Group    Group
	Usage    string // the arguments: "SERVICE [PATH]"
	Help     string // the first sentence is the summary
	Examples []string
	Complete []Completer // of the arguments, in order; the last one repeats
	// Reads tells whether the command with these arguments answers at once and
	// changes nothing; nil: it never does.
	Reads func(args string) bool
	// Needs tells which role the command takes with these arguments; nil: an observer's
	// where it Reads, else an operator's.
	Needs func(args string) access.Role
	// Prompts: it opens a prompt of its own.
	Prompts bool
	Run     func(ctx context.Context, o *Operator, args string) error
}

// Always is Reads of a command that never changes anything.
func Always(string) bool { return true }

// Observing is Needs of a command that changes nothing but the session that runs it: commands
// that go on, or run others, which are looked at by themselves.
func Observing(string) access.Role { return access.Observer }

// Operating is Needs of a command that changes nothing, but has a service run something.
func Operating(string) access.Role { return access.Operator }

// roleFor tells which role a command takes.
func (c *Command) roleFor(args string) access.Role {
	switch {
	case c.Needs != nil:
		return c.Needs(args)
	case c.Reads != nil && c.Reads(args):
		return access.Observer
	}
	return access.Operator
}

// LeastRole is the role that the command takes at least, whatever its arguments.
func (c *Command) LeastRole() access.Role { return c.roleFor("") }

// Unless is Reads of a command that changes something when its arguments end in
// one of some words, or begin with one.
func Unless(words ...string) func(string) bool {
	return func(args string) bool {
		fields := strings.Fields(args)
		return len(fields) == 0 || !slices.Contains(words, fields[0]) && !slices.Contains(words, fields[len(fields)-1])
	}
}

// Typing is a command line up to the place where it is typed at.
type Typing struct {
	Text   string
	Before []string // the words before the one that is typed, the command first
	From   int      // where that one begins
}

// TypingOf splits a line at whose end is typed.
func TypingOf(line string) Typing {
	from := strings.LastIndexAny(line, " \t") + 1
	return Typing{Text: line, Before: strings.Fields(line[:from]), From: from}
}

// Word is what there is of the word that is typed.
func (t *Typing) Word() string { return t.Text[t.From:] }

// Completion is what may stand at the end of a line, and what helps to go on with it.
type Completion struct {
	Candidates []string
	From       int    // where in the line that which they stand for begins
	Hint       string // lines to show before the candidates; "" when there is nothing to say
}

// Completer gives what may stand for an argument that is being typed.
type Completer func(o *Operator, t Typing) Completion

// summary is the first sentence of the help.
func (c *Command) summary() string {
	if i := strings.Index(c.Help, ". "); i >= 0 {
		return c.Help[:i+1]
	}
	return c.Help
}

// Table is the set of commands.
type Table struct {
	commands []*Command
	byName   map[string]*Command
	// elsewhere are words of a prompt that a command opens.
	elsewhere map[string]*Command
}

// NewTable makes a table of lists of commands.
func NewTable(commands ...[]*Command) *Table {
	t := &Table{byName: map[string]*Command{}}
	for _, group := range commands {
		for _, c := range group {
			t.commands = append(t.commands, c)
			t.byName[c.Name] = c
			for _, alias := range c.Aliases {
				t.byName[alias] = c
			}
		}
	}
	return t
}

// Groups gives the headings in the order of help.
func (t *Table) Groups() []Group {
	var groups []Group
	for _, c := range t.commands {
		if !slices.Contains(groups, c.Group) {
			groups = append(groups, c.Group)
		}
	}
	return groups
}

// Named gives the command of a full name or alias.
func (t *Table) Named(name string) (*Command, bool) {
	c, ok := t.byName[name]
	return c, ok
}

// WithPrompt has Find tell of the words of a prompt that a command opens.
func (t *Table) WithPrompt(words *Table) *Table {
	t.elsewhere = words.byName
	return t
}

// All gives the commands in the order of help.
func (t *Table) All() []*Command { return t.commands }

// Names gives every name and alias, sorted.
func (t *Table) Names() []string {
	names := make([]string, 0, len(t.byName))
	for name := range t.byName {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Find gives the command of a name, or of a beginning that only one has.
func (t *Table) Find(name string) (*Command, error) {
	if c, ok := t.byName[name]; ok {
		return c, nil
	}
	var found []*Command
	for _, full := range t.Names() {
		c := t.byName[full]
		if strings.HasPrefix(full, name) && (len(found) == 0 || found[len(found)-1] != c) {
			found = append(found, c)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if _, ok := t.elsewhere[name]; ok {
		return nil, fmt.Errorf(`no command %s; it is a word of the debugger, which "debug SERVICE" starts`, name)
	}
	if near := nearest(name, t.Names()); near != "" {
		return nil, fmt.Errorf("no command %s; did you mean %s?", name, near)
	}
	return nil, fmt.Errorf(`no command %s; "help" lists the commands`, name)
}

// Usage reports arguments that a command cannot work with.
func (t *Table) Usage(name string) error {
	c := t.byName[name]
	return fmt.Errorf(`usage: %s %s; "help %s" tells more`, c.Name, c.Usage, c.Name)
}

// nearest gives the candidate that is at most two edits, or a third of its
// letters, away from a word and keeps at least half of it; "" when there is none.
func nearest(word string, candidates []string) string {
	best, found := max(2, len(word)/3)+1, ""
	for _, candidate := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d < best && d < len(candidate) && 2*d <= len(word) {
			best, found = d, candidate
		}
	}
	return found
}

// distance is Levenshtein's, with swapped neighbours as one edit.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, previous, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(previous[j]+1, row[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = previous, row, before
	}
	return rows[1][len(b)]
}

// CutWord splits off the first word of a line.
func CutWord(line string) (word, rest string) {
	line = strings.TrimLeft(line, " \t")
	if _, after, ok := visible.CutQuoted(line); ok && (after == "" || after[0] == ' ' || after[0] == '\t') {
		return line[:len(line)-len(after)], strings.TrimLeft(after, " \t")
	}
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		return line[:i], strings.TrimLeft(line[i:], " \t")
	}
	return line, ""
}
