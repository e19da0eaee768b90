package console

import (
	"bufio"
	"context"
	"io"

	"lunarium/console/secret"
)

// This file writes a reply bit by bit.

// answer is a reply that is written bit by bit. On a screen it is one piece all the
// same: what others write meanwhile comes after it.
type answer struct {
	bufio.Writer
	parts  parts
	hidden *secret.Names // whose values it does not tell
}

// AnswerPart is how much of an answer is written at a time.
const AnswerPart = 64 << 10

// answer begins a reply; with the virtual clock after what services still print because
// of the command.
func (o *Operator) answer() *answer {
	o.Settle(context.Background())
	a := &answer{parts: parts{out: o.out}, hidden: o.Hidden()}
	a.Writer = *bufio.NewWriterSize(&a.parts, AnswerPart)
	return a
}

// line writes lines of the reply.
func (a *answer) line(text string) error {
	a.WriteString(a.hidden.Text(text))
	return a.WriteByte('\n')
}

// end writes what is left.
func (a *answer) end() error {
	defer a.parts.close()
	return a.Flush()
}

// parts writes to a screen as one piece.
type parts struct {
	out   io.Writer
	whole *whole // nil until the first part
}

func (p *parts) Write(b []byte) (int, error) {
	if screen, ok := p.out.(*Screen); ok && p.whole == nil {
		p.whole = screen.beginWhole()
		p.out = p.whole
	}
	return p.out.Write(b)
}

func (p *parts) close() {
	if p.whole != nil {
		p.whole.Close()
	}
}
