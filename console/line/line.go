package line

import (
	"errors"
	"fmt"
	"io"
)

// This file holds what a session reads its lines from.

// MaxLine is the length in bytes above which a line is refused.
const MaxLine = 1 << 20

var (
	// ErrInterrupt reports Ctrl-C at the prompt.
	ErrInterrupt = errors.New("interrupted")
	// ErrLineTooLong reports a line of more than MaxLine bytes. The whole line
	// has been swallowed; the next ReadLine gives the next line.
	ErrLineTooLong = fmt.Errorf("the line is longer than %d bytes; it was dropped", MaxLine)
)

// Reader gives the input lines of one session.
type Reader interface {
	// ReadLine shows the prompt and gives the next line without its line end.
	// Its errors are io.EOF at the end of input or Ctrl-D on an empty line,
	// ErrInterrupt, and ErrLineTooLong.
	ReadLine(prompt string) (string, error)
	// ReadPassword is ReadLine without echo, history and completion.
	ReadPassword(prompt string) (string, error)
	// Interrupts gives a value for each Ctrl-C (bursts may be merged) while no
	// prompt is open. It is nil where there can be none.
	Interrupts() <-chan struct{}
	// More, called while no prompt is open, gives a channel that is closed when a
	// further line has begun to come or the input has ended: what was to go on until
	// somebody stops it stops then. It is nil on a terminal, where Ctrl-C does that.
	// It is for the goroutine that calls ReadLine.
	More() <-chan struct{}
	// Writer is where the session's own output goes. A write may wait for a
	// slow terminal. While a prompt is open, the output is printed above it.
	Writer() io.Writer
	// Notify is where output from elsewhere goes (log lines, traces). A write
	// never waits: what does not fit in 1 MB is dropped, and the loss is noted
	// in the output. Each write should be whole lines. After Close a write may wait.
	Notify() io.Writer
	// Frame gives what shows a text in the place of the one that it showed last, while no
	// prompt is open: below all that is printed meanwhile, and cut to the terminal. ""
	// leaves the last one where it stands, as the next prompt does. It is nil where
	// nothing can be shown twice in a place.
	Frame() func(text string)
	// Width is the number of columns, 80 if unknown.
	Width() int
	// History gives the lines entered so far, oldest first.
	History() []string
	// Close ends the session's input; a waiting ReadLine gives io.EOF.
	Close() error
}

// Completion is what Tab makes of a line: whole words that may stand for line[From:pos],
// where pos and From are byte offsets. A word that ends in one of "/.:=(" is taken to be
// unfinished and is not followed by a space.
type Completion struct {
	Candidates []string
	From       int
	// Hint is shown above the prompt, "" for none. Several candidates wait then for
	// another Tab.
	Hint string
}

// Completer completes a line at an offset.
type Completer func(line string, pos int) Completion
