package line

import (
	"io"
	"os"
)

// This file chooses the reader for what a program is called with.

// Open gives an editor when both ends are a terminal, whose history is kept in a file;
// else a reader of plain lines.
func Open(in *os.File, out io.Writer, complete Completer, history string) Reader {
	if IsTerminal(in) {
		if screen, ok := out.(*os.File); ok {
			if t, err := OpenLocal(in, screen, complete, history); err == nil {
				return t
			}
		}
	}
	return NewPlain(PlainOptions{In: in, Out: out})
}
