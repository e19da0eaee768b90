package telnet

import "lunarium/console/line"

// This file gives the lines of a client.

// Reader gives the input lines of the session: a line editor for a telnet
// client in character mode, plain lines for the others. It is called once.
func (c *Conn) Reader(complete line.Completer) (line.Reader, error) {
	kind := c.Kind()
	if kind == Editor {
		t, err := line.NewTerminal(line.Options{In: c, Out: c, Columns: c.Columns, Rows: c.Rows, Complete: complete})
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		c.resized = t.Resized
		c.mu.Unlock()
		return t, nil
	}
	p := line.NewPlain(line.PlainOptions{
		In: c, Out: c, Columns: c.Columns, Interrupts: c.intr,
		Prompt: kind == LineMode, CRLF: kind == LineMode,
	})
	return p, nil
}
