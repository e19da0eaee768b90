package console

import (
	"context"
	"strings"

	"lunarium/console/render"
)

// This file shows what goes on for some time, round by round.

// Rounds is what a command that goes on for some time shows. Where the session can show
// a text in the place of another, each round takes the place of the one before; else it
// comes below.
type Rounds struct {
	o      *Operator
	screen *Screen // nil: below
}

// Rounds begins them; End must follow.
func (o *Operator) Rounds() *Rounds {
	r := &Rounds{o: o}
	if screen, ok := o.out.(*Screen); ok && o.Frame != nil && !o.JSON {
		r.screen = screen
	}
	return r
}

// InPlace tells whether each round takes the place of the one before, so that somebody
// watches who can end them.
func (r *Rounds) InPlace() bool { return r.screen != nil }

// Show shows a round: in its place with a title and all that there is, else the lines that
// are news, "" for none. A transcript gets those, too.
func (r *Rounds) Show(title, text, lines string) {
	text, lines = strings.TrimRight(text, "\n"), strings.TrimRight(lines, "\n")
	switch {
	case r.screen != nil:
		r.o.Settle(context.Background())
		if lines != "" {
			lines += "\n"
		}
		hidden := r.o.Hidden()
		r.screen.frame(r.o.Frame, hidden.Text(r.o.Paint(render.Note, title)+"\n"+text), hidden.Text(lines))
	case lines != "":
		r.o.Println(lines)
	}
}

// End leaves the last round where it stands.
func (r *Rounds) End() {
	if r.screen != nil {
		r.screen.frame(r.o.Frame, "", "")
	}
}
