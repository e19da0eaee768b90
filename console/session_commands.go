package console

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about the session itself.

var sessionCommands = []*Command{
	{Name: "help", Group: OfSession, Usage: "[COMMAND]",
		Help:     "Lists the commands, or explains one. A function of the libraries, or a library by its name, is explained, too.",
		Examples: []string{"help call", "help skynet.call", "help string"},
		Complete: []Completion{CompleteCommand}, Reads: always, Run: help},
	{Name: "history", Group: OfSession, Usage: "[LINES]", Help: "Shows the lines entered so far.", Examples: []string{`history 20`}, Reads: always, Run: history},
	{Name: "alias", Group: OfSession, Usage: "[NAME [COMMAND LINE]]",
		Help:     "Gives a command line a short name, takes one back, or lists them.",
		Examples: []string{"alias rooms dump CHAT_ROOM_SERVICE rooms"}, Run: alias},
	{Name: "source", Group: OfSession, Usage: "FILE", Help: "Runs the commands of a file; it stops at the first that fails.",
		Examples: []string{`source morning.cmd`}, Complete: []Completion{CompleteFile}, Run: source},
	{Name: "record", Group: OfSession, Usage: "FILE | off",
		Help:     "Writes the session from here on to a file that lunarium replay can run as a test.",
		Examples: []string{`record incident.txt`}, Complete: []Completion{CompleteFile}, Run: recordTo},
	{Name: "timeout", Group: OfSession, Usage: "[DURATION]", Help: "Shows or sets how long commands wait for a service.",
		Examples: []string{"timeout 30s"}, Run: timeout},
	{Name: "json", Group: OfSession, Usage: "[on | off]", Help: "Turns machine-readable replies on or off.", Examples: []string{`json on`}, Run: jsonMode},
	{Name: "getenv", Group: OfSession, Usage: "KEY", Help: "Shows a value of the node's environment.", Examples: []string{`getenv logpath`}, Reads: always, Run: getenv},
	{Name: "setenv", Group: OfSession, Usage: "KEY VALUE", Help: "Adds a value to the node's environment. A key that is there can't be changed.", Examples: []string{`setenv logpath /var/log/chat`}, Run: setenv},
	{Name: "clearcache", Group: OfSession, Help: "Forgets compiled code. Never needed for edited files: code is cached by content.", Run: clearCache},
	{Name: "quit", Group: OfSession, Help: "Ends the session; the node of a remote console goes on.", Run: quit},
	{Name: "shutdown", Group: OfSession, Help: "Asks every service to shut down, waits for them, and stops the node.", Run: shutdown},
}

func help(_ context.Context, s *Session, args string) error {
	if args != "" {
		return s.helpFor(args)
	}
	more := `"help COMMAND" tells more; an unambiguous beginning of a name is enough.`
	return s.reply(s.table.Names(), s.helpText(s.table, groups)+render.Wrap(more, s.columns(), 0))
}

// helpText lists the commands of a table by group.
func (s *Session) helpText(t *Table, groups []Group) string {
	var b strings.Builder
	for _, group := range groups {
		b.WriteString(s.paint(render.Header, string(group)) + "\n")
		for _, c := range t.All() {
			if c.Group == group {
				fmt.Fprintf(&b, "  %-12s %s\n", c.Name, render.Wrap(c.summary(), s.columns(), 15))
			}
		}
	}
	return b.String()
}

func (s *Session) helpFor(name string) error {
	if _, command := s.table.byName[name]; !command {
		if found := s.libraryFunctions(name); len(found) > 0 {
			return s.helpForLibrary(found)
		}
	}
	c, err := s.table.Find(name)
	if err != nil && strings.ContainsAny(name, ".:") { // no command has these
		return s.noFunction(name)
	}
	if err != nil {
		return err
	}
	return s.reply(map[string]any{"name": c.Name, "usage": c.Usage, "help": c.Help, "examples": c.Examples}, c.text(s.columns()))
}

// text is the whole help of a command, in lines of at most width columns; 0: it is not
// broken.
func (c *Command) text(width int) string {
	text := render.Wrap(strings.TrimSpace(c.Name+" "+c.Usage), width, len(helpIndent)) + "\n"
	text += helpIndent + render.Wrap(c.Help, width, len(helpIndent)) + "\n"
	if len(c.Aliases) > 0 {
		text += helpIndent + "Also: " + strings.Join(c.Aliases, ", ") + "\n"
	}
	for _, example := range c.Examples {
		text += helpIndent + "> " + example + "\n"
	}
	return text
}

const helpIndent = "  "

func history(_ context.Context, s *Session, args string) error {
	lines, first := s.lines, 0
	if s.History != nil {
		lines = s.History()
	}
	if args != "" {
		n, err := strconv.Atoi(args)
		if err != nil || n < 1 {
			return usageError("history", s.table)
		}
		first = max(0, len(lines)-n)
	}
	var b strings.Builder
	for i, line := range lines[first:] {
		fmt.Fprintf(&b, "%4d  %s\n", first+i+1, visible.Line(line))
	}
	return s.reply(lines[first:], b.String())
}

func alias(_ context.Context, s *Session, args string) error {
	name, line := cutWord(args)
	switch {
	case name == "":
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(s.aliases)) {
			fmt.Fprintf(&b, "%s = %s\n", name, s.aliases[name])
		}
		if b.Len() == 0 {
			b.WriteString(`no aliases; "alias NAME COMMAND" makes one`)
		}
		return s.reply(s.aliases, b.String())
	case line == "":
		if _, ok := s.aliases[name]; !ok {
			return fmt.Errorf("no alias %s", name)
		}
		delete(s.aliases, name)
		return s.reply(s.aliases, "alias "+name+" taken back")
	}
	if _, ok := s.table.byName[name]; ok {
		return fmt.Errorf("%s is a command", name)
	}
	s.aliases[name] = line
	return s.reply(s.aliases, name+" = "+line)
}

func source(ctx context.Context, s *Session, args string) error {
	if args == "" {
		return usageError("source", s.table)
	}
	if s.Remote {
		return errRemote
	}
	content, err := s.readFile(args)
	if err != nil {
		return err
	}
	if s.depth >= maxDepth {
		return fmt.Errorf("%s is read inside itself", args)
	}
	s.depth++
	defer func() { s.depth-- }()
	for i, line := range strings.Split(content, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !s.JSON {
			s.println(s.paint(render.Note, s.prompt) + line)
		}
		if err := s.dispatch(ctx, line); err != nil {
			return fmt.Errorf("%s:%d: %w", args, i+1, err)
		}
		s.settle(ctx)
	}
	return nil
}

func timeout(_ context.Context, s *Session, args string) error {
	if args != "" {
		d, err := parseDuration(args)
		if err != nil {
			return err
		}
		if d == 0 {
			return fmt.Errorf("a time limit of 0 would let every command fail")
		}
		s.limit = d
	}
	return s.reply(map[string]any{"timeout": s.limit}, "commands wait up to "+render.Duration(s.limit))
}

func jsonMode(_ context.Context, s *Session, args string) error {
	switch args {
	case "on", "off":
		s.JSON = args == "on"
	case "":
	default:
		return usageError("json", s.table)
	}
	state := "off"
	if s.JSON {
		state = "on"
	}
	return s.reply(map[string]any{"json": s.JSON}, "json is "+state)
}

func getenv(_ context.Context, s *Session, args string) error {
	if args == "" {
		return usageError("getenv", s.table)
	}
	value, ok := s.node.Getenv(args)
	if !ok {
		return fmt.Errorf("%s is not set", args)
	}
	return s.reply(map[string]any{args: value}, visible.Entry(value))
}

func setenv(_ context.Context, s *Session, args string) error {
	key, value := cutWord(args)
	if value == "" {
		return usageError("setenv", s.table)
	}
	err := s.node.Setenv(key, value)
	if errors.Is(err, service.ErrEnvSet) {
		old, _ := s.node.Getenv(key)
		return fmt.Errorf("%s is %s already; a key that has a value keeps it", key, visible.Quote(old))
	}
	if err != nil {
		return err
	}
	return s.reply(map[string]any{key: value}, key+" = "+value)
}

func clearCache(_ context.Context, s *Session, _ string) error {
	n := s.node.Sources().Clear()
	return s.reply(map[string]any{"forgotten": n}, render.Plural(n, "compiled chunk", "compiled chunks")+" forgotten")
}

func quit(_ context.Context, s *Session, _ string) error {
	s.closed = true
	return nil
}

func shutdown(ctx context.Context, s *Session, _ string) error {
	s.closed = true
	text := "the node has stopped"
	late := []string{}
	for _, svc := range s.node.Shutdown(ctx) {
		late = append(late, title(svc))
	}
	if len(late) > 0 {
		text += "; these did not end by themselves: " + strings.Join(late, ", ")
	}
	return s.reply(map[string]any{"stopped": true, "late": late}, text)
}
