package console

import (
	"context"
	"errors"
	"strings"

	"lunarium/console/access"
)

// This file asks whether who is at the session may do what a line says, and notes what is
// changed.

// permitted runs what a line asks for if who is at the session has the role that it needs, as
// access.Audit.Permit does. The session of who has no rights any more is over.
func (o *Operator) permitted(needs access.Role, what, line string, run func() error) error {
	err := o.Audit.Permit(o.author(), needs, what, line, run)
	o.closed = o.closed || errors.Is(err, access.ErrInvalid)
	return err
}

// run runs a command of a line.
func (o *Operator) run(ctx context.Context, c *Command, line, args string) error {
	needs, what := c.roleFor(args), c.Name
	if needs > c.LeastRole() {
		what += " in this way"
	}
	return o.permitted(needs, what, line, func() error { return c.Run(ctx, o, args) })
}

// MayOperate tells whether who is at the session may change what runs.
func (o *Operator) MayOperate() bool { return o.Who.Role() >= access.Operator }

// Operate runs the part of a command that takes an operator, where the rest of it does not, and has
// it noted; what names it, and line says what it does.
func (o *Operator) Operate(what, line string, run func() error) error {
	return o.permitted(access.Operator, what, line, run)
}

// inMode gives a line to what takes lines in place of the commands, which only operators
// enter.
func (o *Operator) inMode(ctx context.Context, line string) error {
	return o.permitted(access.Operator, "what is typed at this prompt", o.prompt+line, func() error { return o.mode.Line(ctx, line) })
}

// beyond tells which commands of a table take another role; "" when there are none.
func (o *Operator) beyond(t *Table) string {
	var names []string
	for _, c := range t.All() {
		if !o.mayRun(c) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "With the role " + o.Who.Role().String() + " you may not run " + strings.Join(names, ", ") + ".\n"
}
