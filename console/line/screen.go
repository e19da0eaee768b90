package line

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// This file rewrites what readline prints, so that the cursor stands where it should.

// cursorMark ends what the painter gives readline; what readline adds after it
// to place the cursor is replaced by screen.
const cursorMark rune = 0x10fffc

// editorWidth is the width that readline is told: so large that it never
// thinks of a second row, because rows are screen's business.
const editorWidth = 1 << 24

// screen owns what is seen of the prompt and the line, and knows in which row
// of it the cursor stands.
type screen struct {
	mu      sync.Mutex
	out     io.Writer
	columns func() int
	rows    func() int
	prompt  string
	painted bool // the prompt is on the screen
	row     int  // the cursor's row, counted from the prompt's first
	midLine bool // output ended without a newline
	tail    []byte
	tailRow int
	shown   func() // called once, after the next painting
	frame   frame  // shown below what is printed, while no prompt is
}

func (s *screen) width() int {
	w := s.columns()
	if w <= 0 {
		return 80
	}
	return max(w, 8)
}

// usualRows is how many rows a terminal has that does not say.
const usualRows = 24

func (s *screen) height() int {
	if h := s.rows(); h > 0 {
		return max(h, 3)
	}
	return usualRows
}

func (s *screen) setPrompt(p string) {
	s.mu.Lock()
	s.prompt = p
	s.mu.Unlock()
}

// advance moves a cursor over r. A column equal to the width is the state of
// a terminal that has filled a row and not yet wrapped.
func advance(row, col, width int, r rune) (int, int) {
	w := runeWidth(r)
	if col+w > width {
		return row + 1, w
	}
	return row, col + w
}

// Paint implements readline.Painter: it gives the line as it is, and works out
// how to get from its end to the cursor.
func (s *screen) Paint(line []rune, pos int) []rune {
	s.mu.Lock()
	defer s.mu.Unlock()
	width := s.width()
	row, col := 0, 0
	for _, r := range visible(s.prompt) {
		row, col = advance(row, col, width, r)
	}
	curRow, curCol := row, col
	ended := len(line) > 0 && line[len(line)-1] == '\n'
	for i, r := range line {
		if i == pos {
			curRow, curCol = row, col
		}
		row, col = advance(row, col, width, r)
	}
	if pos >= len(line) {
		curRow, curCol = row, col
	}
	s.tail, s.tailRow = s.tail[:0], 0
	if !ended {
		s.tail, s.tailRow = moveTo(row, col, curRow, curCol, width)
	}
	out := make([]rune, 0, len(line)+1)
	return append(append(out, line...), cursorMark)
}

// moveTo gives the bytes that take the cursor from the end of the line to its
// place, and the row that it ends in.
func moveTo(row, col, curRow, curCol, width int) ([]byte, int) {
	var b bytes.Buffer
	if col == width {
		b.WriteString("\r\n")
		row, col = row+1, 0
	}
	if curCol == width {
		curRow, curCol = curRow+1, 0
	}
	if row == curRow && col == curCol {
		return b.Bytes(), row
	}
	b.WriteByte('\r')
	if row > curRow {
		fmt.Fprintf(&b, "\x1b[%dA", row-curRow)
	}
	if curCol > 0 {
		fmt.Fprintf(&b, "\x1b[%dC", curCol)
	}
	return b.Bytes(), curRow
}

// Write takes what readline prints: the erasing of a line, a painted line, or
// a bell.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes.HasPrefix(b, []byte("\x1b[J")) {
		return len(b), s.erase()
	}
	text, _, painted := bytes.Cut(b, []byte(string(cursorMark)))
	if !painted {
		_, err := s.out.Write(b)
		return len(b), err
	}
	out := bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	out = append(out, s.tail...)
	s.painted, s.row = true, s.tailRow
	if bytes.HasSuffix(text, []byte("\n")) {
		s.painted, s.row = false, 0
	}
	_, err := s.out.Write(out)
	if s.shown != nil {
		s.shown()
		s.shown = nil
	}
	return len(b), err
}

// whenShown has f called once the prompt is on the screen.
func (s *screen) whenShown(f func()) {
	s.mu.Lock()
	s.shown = f
	s.mu.Unlock()
}

// erase removes the prompt and the line from the screen.
func (s *screen) erase() error {
	if !s.painted {
		return nil
	}
	b := []byte("\r")
	if s.row > 0 {
		b = fmt.Appendf(b, "\x1b[%dA", s.row)
	}
	s.painted, s.row = false, 0
	_, err := s.out.Write(append(b, "\x1b[J"...))
	return err
}

// print writes output in the place of the prompt; newlines get their carriage
// returns.
func (s *screen) print(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.erase(); err != nil {
		return err
	}
	s.midLine = b[len(b)-1] != '\n' && s.frame.text == ""
	_, err := s.out.Write(s.frame.around(crlf(b), s.width(), s.height()))
	return err
}

// show shows a text in the place of the frame; "" leaves that where it stands.
func (s *screen) show(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text == "" {
		s.frame = frame{}
		return nil
	}
	_, err := s.out.Write(s.frame.show(text, s.width(), s.height()))
	return err
}

// hide removes the prompt and the line until they are painted again.
func (s *screen) hide() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.erase()
}

// freshLine ends a line of output that has no newline, which the prompt would
// wipe out.
func (s *screen) freshLine() {
	s.mu.Lock()
	mid := s.midLine
	s.mu.Unlock()
	if mid {
		_ = s.print([]byte("\n"))
	}
}

// clear empties the whole screen.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.painted, s.row = false, 0
	_, _ = io.WriteString(s.out, "\x1b[H\x1b[2J")
}
