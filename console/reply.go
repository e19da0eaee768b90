package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/console/secret"
	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
)

// This file holds how a command replies: in text or JSON, painted and cut for its reader.

func (o *Operator) Paint(role render.Role, text string) string { return o.palette().Paint(role, text) }

// palette is what replies are painted with: those that machines read are not.
func (o *Operator) palette() render.Palette {
	if o.JSON {
		return render.Palette{}
	}
	return o.Palette
}

// Columns is the width that replies are made for. Those of a recorded session
// are cut to none, as a transcript must not depend on the terminal.
func (o *Operator) Columns() int {
	if o.recording != nil {
		return 0
	}
	return o.Width()
}

func (o *Operator) Style() render.Style {
	return render.Style{Palette: o.palette(), Width: o.Columns(), Secrets: o.Hidden()}
}

// Hidden are the names whose values who is at the session does not see; nil: none.
func (o *Operator) Hidden() *secret.Names { return o.Who.Hidden(o.Secrets) }

// Println writes lines of a reply, without what who is at the session does not see. With the
// virtual clock they come after what services still print because of the command: an answer
// overtakes no output.
func (o *Operator) Println(text string) { o.printAsIs(o.Hidden().Text(text)) }

// printAsIs is Println for what tells no secrets any more, as it was made of values without them.
func (o *Operator) printAsIs(text string) {
	o.Settle(context.Background())
	fmt.Fprintln(o.out, text)
}

// Reply shows the answer of a command: data as JSON when that is on, text
// otherwise.
func (o *Operator) Reply(data any, text string) error {
	if !o.JSON {
		text = o.Hidden().Text(text)
	}
	return o.ReplyValues(data, text)
}

// ReplyValues is Reply with text that was made of values by the session's style, which has left
// out what who is at it does not see: what looks like a secret in it is none.
func (o *Operator) ReplyValues(data any, text string) error {
	if o.JSON {
		encoded, err := render.JSON(data, o.Hidden())
		if err != nil {
			return fmt.Errorf("writing the reply as JSON: %w", err)
		}
		o.printAsIs(encoded)
		return nil
	}
	if text != "" {
		o.printAsIs(strings.TrimRight(text, "\n"))
	}
	return nil
}

// Told gives the time that something took as a reply tells it: none where no replay could
// repeat it.
func (o *Operator) Told(took time.Duration) time.Duration {
	if o.timeless() {
		return 0
	}
	return took
}

// ShowResults shows results, and the time that they took when that is more
// than the clock's smallest step. A transcript leaves the real clock's out, as no
// replay could repeat them, and watch, as they are no change.
func (o *Operator) ShowResults(r plain.Results, took time.Duration) error {
	took = o.Told(took)
	if o.JSON {
		return o.Reply(map[string]any{"results": r.Values, "took": took}, "")
	}
	text := o.Style().Results(r.Values)
	if took > 0 {
		note := o.Paint(render.Note, "took "+render.Duration(took))
		if strings.Contains(text, "\n") {
			text += "\n" + note
		} else {
			text += "  " + note
		}
	}
	o.printAsIs(text)
	return nil
}

// WriteStack writes the lines of a traceback, indented.
func WriteStack(b *strings.Builder, traceback string) {
	for _, line := range strings.Split(traceback, "\n") {
		if line = strings.TrimSpace(line); line != "" && line != "stack traceback:" {
			b.WriteString("    " + visible.Text(line) + "\n")
		}
	}
}
