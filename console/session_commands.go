package console

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lunarium/console/access"
	"lunarium/console/render"
	"lunarium/console/secret"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands about the session itself.

// SessionCommands gives the commands about the session itself.
func SessionCommands() []*Command { return sessionCommands }

var sessionCommands = []*Command{
	{Name: "help", Group: OfSession, Usage: "[COMMAND]",
		Help:     "Lists the commands, or explains one. A function of the libraries, or a library by its name, is explained, too.",
		Examples: []string{"help call", "help skynet.call", "help string"},
		Complete: []Completer{CompleteName}, Reads: Always, Run: help},
	{Name: "history", Group: OfSession, Usage: "[LINES]", Help: "Shows the lines entered so far.", Examples: []string{`history 20`}, Reads: Always, Run: history},
	{Name: "alias", Group: OfSession, Usage: "[NAME [COMMAND LINE]]",
		Help:     "Gives a command line a short name, takes one back, or lists them.",
		Examples: []string{"alias rooms dump CHAT_ROOM_SERVICE rooms"}, Needs: Observing, Run: alias},
	{Name: "source", Group: OfSession, Usage: "FILE", Help: "Runs the commands of a file; it stops at the first that fails.",
		Examples: []string{`source morning.cmd`}, Complete: []Completer{CompleteFile}, Run: source},
	{Name: "record", Group: OfSession, Usage: "FILE | off",
		Help:     "Writes the session from here on to a file that lunarium replay can run as a test.",
		Examples: []string{`record incident.txt`}, Complete: []Completer{CompleteFile}, Run: recordTo},
	{Name: "role", Group: OfSession, Usage: "[observer | operator | admin]",
		Help: "Shows who is at the session and what they may do: an observer looks, an operator changes what runs, an admin ends the node, too. " +
			"With a role the session may do that from now on and no more, as far as your own goes: with role observer nothing can be changed by mistake.",
		Examples: []string{"role", "role observer"}, Complete: []Completer{completeRole}, Reads: func(args string) bool { return args == "" }, Needs: Observing, Run: role},
	{Name: "timeout", Group: OfSession, Usage: "[DURATION]", Help: "Shows or sets how long commands wait for a service.",
		Examples: []string{"timeout 30s"}, Needs: Observing, Run: timeout},
	{Name: "json", Group: OfSession, Usage: "[on | off]", Help: "Turns machine-readable replies on or off.", Examples: []string{`json on`}, Needs: Observing, Run: jsonMode},
	{Name: "getenv", Group: OfSession, Usage: "KEY", Help: "Shows a value of the node's environment.", Examples: []string{`getenv logpath`}, Reads: Always, Run: getenv},
	{Name: "setenv", Group: OfSession, Usage: "KEY VALUE", Help: "Adds a value to the node's environment. A key that is there can't be changed.", Examples: []string{`setenv logpath /var/log/chat`}, Run: setenv},
	{Name: "clearcache", Group: OfSession, Help: "Forgets compiled code. Never needed for edited files: code is cached by content.", Run: clearCache},
	{Name: "quit", Group: OfSession, Help: "Ends the session; the node of a remote console goes on.", Needs: Observing, Run: quit},
	{Name: "shutdown", Group: OfSession, Help: "Asks every service to shut down, waits for them, and stops the node.",
		Needs: func(string) access.Role { return access.Admin }, Run: shutdown},
}

func help(_ context.Context, o *Operator, args string) error {
	if args != "" {
		return o.helpFor(args)
	}
	more := o.beyond(o.table) + `"help COMMAND" tells more; an unambiguous beginning of a name is enough.`
	return o.Reply(o.permittedNames(o.table), o.HelpText(o.table)+render.Wrap(more, o.Columns(), 0))
}

// HelpText lists the commands of a table by group, those that who is at the session may run.
func (o *Operator) HelpText(t *Table) string {
	var b strings.Builder
	for _, group := range t.Groups() {
		heading := o.Paint(render.Header, string(group)) + "\n"
		for _, c := range t.All() {
			if c.Group == group && o.mayRun(c) {
				b.WriteString(heading)
				heading = ""
				fmt.Fprintf(&b, "  %-12s %s\n", c.Name, render.Wrap(c.summary(), o.Columns(), 15))
			}
		}
	}
	return b.String()
}

func (o *Operator) helpFor(name string) error {
	if _, command := o.table.byName[name]; !command {
		if found := o.libraryFunctions(name); len(found) > 0 {
			return o.helpForLibrary(found)
		}
	}
	c, err := o.table.Find(name)
	if err != nil && strings.ContainsAny(name, ".:") { // no command has these
		return o.noFunction(name)
	}
	if err != nil {
		return err
	}
	text := c.Text(o.Columns())
	if !o.mayRun(c) {
		text += helpIndent + "Takes the role " + c.LeastRole().String() + ".\n"
	}
	return o.Reply(map[string]any{"name": c.Name, "usage": c.Usage, "help": c.Help, "examples": c.Examples, "role": c.LeastRole()}, text)
}

// Text is the whole help of a command, in lines of at most width columns; 0: it is not
// broken.
func (c *Command) Text(width int) string {
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

func history(_ context.Context, o *Operator, args string) error {
	lines, first := o.lines, 0
	if o.History != nil {
		lines = o.History()
	}
	if args != "" {
		n, err := strconv.Atoi(args)
		if err != nil || n < 1 {
			return o.Usage("history")
		}
		first = max(0, len(lines)-n)
	}
	var b strings.Builder
	for i, line := range lines[first:] {
		fmt.Fprintf(&b, "%4d  %s\n", first+i+1, visible.Line(line))
	}
	return o.Reply(lines[first:], b.String())
}

func alias(_ context.Context, o *Operator, args string) error {
	name, line := CutWord(args)
	switch {
	case name == "":
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(o.aliases)) {
			fmt.Fprintf(&b, "%s = %s\n", name, o.aliases[name])
		}
		if b.Len() == 0 {
			b.WriteString(`no aliases; "alias NAME COMMAND" makes one`)
		}
		return o.Reply(o.aliases, b.String())
	case line == "":
		if _, ok := o.aliases[name]; !ok {
			return fmt.Errorf("no alias %s", name)
		}
		delete(o.aliases, name)
		return o.Reply(o.aliases, "alias "+name+" taken back")
	}
	if _, ok := o.table.byName[name]; ok {
		return fmt.Errorf("%s is a command", name)
	}
	o.aliases[name] = line
	return o.Reply(o.aliases, name+" = "+line)
}

func source(ctx context.Context, o *Operator, args string) error {
	if args == "" {
		return o.Usage("source")
	}
	if o.Remote {
		return ErrRemote
	}
	content, err := o.ReadFile(args)
	if err != nil {
		return err
	}
	if o.depth >= maxDepth {
		return fmt.Errorf("%s is read inside itself", args)
	}
	o.depth++
	defer func() { o.depth-- }()
	for i, line := range strings.Split(content, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !o.JSON {
			o.Println(o.Paint(render.Note, o.prompt) + line)
		}
		if err := o.dispatch(ctx, line); err != nil {
			return fmt.Errorf("%s:%d: %w", args, i+1, err)
		}
		o.Settle(ctx)
	}
	return nil
}

func timeout(_ context.Context, o *Operator, args string) error {
	if args != "" {
		d, err := ParseDuration(args)
		if err != nil {
			return err
		}
		if d == 0 {
			return fmt.Errorf("a time limit of 0 would let every command fail")
		}
		o.limit = d
	}
	return o.Reply(map[string]any{"timeout": o.limit}, "commands wait up to "+render.Duration(o.limit))
}

func role(_ context.Context, o *Operator, args string) error {
	if args != "" {
		asked, err := access.ParseRole(args)
		if err != nil {
			return err
		}
		if own := o.entered.Role(); asked > own {
			return fmt.Errorf("your role is %s, and this is above it", own)
		}
		o.Who = o.entered.Limited(asked, sayRole)
		o.Sessions.change(func() { o.presence.who = o.Who })
	}
	text := o.Who.Role().String()
	if name := o.Who.Name(); name != "" {
		text = name + ", " + text
	}
	if own := o.entered.Role(); own != o.Who.Role() {
		text += "; " + own.String() + " if you say so"
	}
	return o.Reply(map[string]any{"user": o.Who.Name(), "role": o.Who.Role(), "own": o.entered.Role()}, text)
}

// sayRole tells how a session gets a role back that it has laid down.
func sayRole(needs access.Role) string { return fmt.Sprintf("say \"role %s\" first", needs) }

func completeRole(_ *Operator, t Typing) Completion {
	return Completion{Candidates: Beginning([]string{"admin", "observer", "operator"}, t.Word()), From: t.From}
}

func jsonMode(_ context.Context, o *Operator, args string) error {
	switch args {
	case "on", "off":
		o.JSON = args == "on"
	case "":
	default:
		return o.Usage("json")
	}
	state := "off"
	if o.JSON {
		state = "on"
	}
	return o.Reply(map[string]any{"json": o.JSON}, "json is "+state)
}

func getenv(_ context.Context, o *Operator, args string) error {
	if args == "" {
		return o.Usage("getenv")
	}
	value, ok := o.node.Getenv(args)
	if !ok {
		return fmt.Errorf("%s is not set", args)
	}
	shown := visible.Entry(value)
	if o.Hidden().Has(args) {
		shown = secret.Hidden
	}
	return o.Reply(map[string]any{args: value}, shown)
}

func setenv(_ context.Context, o *Operator, args string) error {
	key, value := CutWord(args)
	if value == "" {
		return o.Usage("setenv")
	}
	err := o.node.Setenv(key, value)
	if errors.Is(err, service.ErrEnvSet) {
		old, _ := o.node.Getenv(key)
		return fmt.Errorf("%s is %s already; a key that has a value keeps it", key, visible.Quote(old))
	}
	if err != nil {
		return err
	}
	return o.Reply(map[string]any{key: value}, key+" = "+value)
}

func clearCache(_ context.Context, o *Operator, _ string) error {
	n := o.node.Sources().Clear()
	return o.Reply(map[string]any{"forgotten": n}, render.Plural(n, "compiled chunk", "compiled chunks")+" forgotten")
}

func quit(_ context.Context, o *Operator, _ string) error {
	o.closed = true
	return nil
}

func shutdown(ctx context.Context, o *Operator, _ string) error {
	o.closed = true
	text := "the node has stopped"
	late := []string{}
	for _, svc := range o.node.Shutdown(ctx) {
		late = append(late, Title(svc))
	}
	if len(late) > 0 {
		text += "; these did not end by themselves: " + strings.Join(late, ", ")
	}
	return o.Reply(map[string]any{"stopped": true, "late": late}, text)
}
