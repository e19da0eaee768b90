package replay

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// This file reads transcripts.

// Bounds of what Parse accepts.
const (
	MaxSize  = 32 << 20 // bytes of a file
	MaxLine  = 1 << 20  // bytes of a line
	MaxSteps = 100_000  // inputs of a transcript
)

// Causes of a ParseError, for errors.Is.
var (
	ErrCutOff   = errors.New("cut off in the middle: the last line has no newline")
	ErrTooLarge = errors.New("too large")
	ErrEmpty    = errors.New(`holds neither a "$ lunarium" line nor any "> " input`)
	ErrSyntax   = errors.New("malformed")
)

// ParseError tells where a transcript can't be read, and why.
type ParseError struct {
	Path  string
	Line  int   // from 1
	Cause error // one of the sentinels above
	Text  string
}

func (e *ParseError) Error() string { return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Text) }

// Unwrap gives the cause.
func (e *ParseError) Unwrap() error { return e.Cause }

// Note is a comment (or an empty line beside one) in the middle of an output,
// as it stands in the file.
type Note struct {
	After int // number of output lines before it
	Text  string
}

// Output is what is expected to be printed, line by line and unescaped, with
// the comments in between.
type Output struct {
	Expected []string
	Notes    []Note
}

// Step is one input, or time that passes, and its output.
type Step struct {
	Line   int      // of the input in the file, from 1
	Lead   []string // comments and empty lines before the input, as they stand
	Input  string   // of the time that passes as it is written: "1.5s"
	Passes time.Duration
	Output      // after the input
	bare   bool // written ">" without a blank
}

// Transcript is one recorded session.
type Transcript struct {
	Path        string
	Line        int      // of the first line in the file: 1 but in Markdown
	Head        []string // comments and empty lines before the "$" line, as they stand
	Command     string   // what follows "$ ", or empty when there is no such line
	CommandLine int      // of the "$" line, 0 when there is none
	Flags       []string // the words after lunarium
	Startup     Output   // printed before the first input
	Steps       []Step
	Tail        []string // comments and empty lines after the last output, as they stand
}

// Paced tells whether time passes by itself in the transcript.
func (t *Transcript) Paced() bool {
	return slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Passes > 0 })
}

// Parse reads a transcript. path is for errors only. A failure to make sense of
// it is a *ParseError.
func Parse(path string, r io.Reader) (*Transcript, error) {
	text, err := readBounded(path, r)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	if last := len(lines) - 1; lines[last] != "" {
		return nil, &ParseError{path, len(lines), ErrCutOff, ErrCutOff.Error()}
	}
	return parseLines(path, 1, lines[:len(lines)-1])
}

func readBounded(path string, r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > MaxSize {
		return "", &ParseError{path, 1, ErrTooLarge, fmt.Sprintf("larger than %d MB", MaxSize>>20)}
	}
	return string(data), nil
}

// parser collects the lines of one output until the next input shows which of
// them are layout.
type parser struct {
	t       *Transcript
	line    int
	pending []string // lines since the last input or "$" line
}

func parseLines(path string, first int, lines []string) (*Transcript, error) {
	p := parser{t: &Transcript{Path: path, Line: first}, line: first - 1}
	for _, l := range lines {
		p.line++
		if len(l) > MaxLine {
			return nil, p.fail(ErrTooLarge, "the line is longer than %d MB", MaxLine>>20)
		}
		if err := p.add(l); err != nil {
			return nil, err
		}
	}
	p.line++
	var err error
	if p.t.Tail, err = p.flush(); err != nil {
		return nil, err
	}
	if p.t.CommandLine == 0 && len(p.t.Steps) == 0 {
		p.line = first
		return nil, p.fail(ErrEmpty, "%v", ErrEmpty)
	}
	return p.t, nil
}

func (p *parser) fail(cause error, format string, args ...any) error {
	return &ParseError{p.t.Path, p.line, cause, fmt.Sprintf(format, args...)}
}

func isInput(l string) bool   { return l == ">" || strings.HasPrefix(l, "> ") }
func isCommand(l string) bool { return l == "$" || strings.HasPrefix(l, "$ ") }

// passing reads a line that tells of time: "+ 1.5s".
func passing(l string) (d time.Duration, ok bool) {
	text, ok := strings.CutPrefix(l, "+ ")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d > 0
}

func isLayout(l string) bool { return l == "" || l[0] == '#' }

func (p *parser) add(l string) error {
	if isInput(l) || isCommand(l) {
		if strings.HasSuffix(l, "\r") {
			return p.fail(ErrSyntax, "the line ends in CR LF; a transcript's lines end in LF")
		}
	}
	switch {
	case isCommand(l):
		return p.command(l)
	case isInput(l):
		return p.input(l)
	}
	if d, ok := passing(l); ok {
		return p.step(Step{Input: l[2:], Passes: d})
	}
	p.pending = append(p.pending, l)
	return nil
}

func (p *parser) command(l string) error {
	if p.t.CommandLine > 0 {
		return p.fail(ErrSyntax, "a second \"$\" line; the first is line %d", p.t.CommandLine)
	}
	if len(p.t.Steps) > 0 {
		return p.fail(ErrSyntax, `the "$" line must come before any input`)
	}
	for _, before := range p.pending {
		if !isLayout(before) {
			return p.fail(ErrSyntax, `the "$" line must come before any output`)
		}
	}
	p.t.Command = strings.TrimPrefix(l[1:], " ")
	words, err := Words(p.t.Command)
	if err != nil {
		return p.fail(ErrSyntax, "%v", err)
	}
	if len(words) == 0 || words[0] != "lunarium" {
		return p.fail(ErrSyntax, `a "$" line must run lunarium; output that begins with "$ " is written "\$ "`)
	}
	p.t.CommandLine, p.t.Flags = p.line, words[1:]
	p.t.Head, p.pending = p.pending, nil
	return nil
}

func (p *parser) input(l string) error {
	return p.step(Step{Input: strings.TrimPrefix(l[1:], " "), bare: l == ">"})
}

// step adds a step; what was pending is the output of the one before it.
func (p *parser) step(step Step) error {
	lead, err := p.flush()
	if err != nil {
		return err
	}
	if len(p.t.Steps) >= MaxSteps {
		return p.fail(ErrTooLarge, "more than %d inputs", MaxSteps)
	}
	step.Line, step.Lead = p.line, lead
	p.t.Steps = append(p.t.Steps, step)
	return nil
}

// flush gives the pending lines to the output that they belong to, but for the
// layout at their end, which it returns.
func (p *parser) flush() ([]string, error) {
	end := len(p.pending)
	for end > 0 && isLayout(p.pending[end-1]) {
		end--
	}
	out := &p.t.Startup
	if n := len(p.t.Steps); n > 0 {
		out = &p.t.Steps[n-1].Output
	}
	now, first := p.line, p.line-len(p.pending)
	for i, l := range p.pending[:end] {
		p.line = first + i
		if l != "" && l[0] == '#' {
			out.Notes = append(out.Notes, Note{len(out.Expected), l})
			continue
		}
		plain, err := p.unescape(l, i == end-1)
		if err != nil {
			return nil, err
		}
		out.Expected = append(out.Expected, plain)
	}
	p.line = now
	var layout []string
	if end < len(p.pending) {
		layout = p.pending[end:]
	}
	p.pending = nil
	return layout, nil
}

func (p *parser) unescape(l string, last bool) (string, error) {
	if l == "" || l[0] != '\\' {
		if needsEscape(l) { // a fence, which only Markdown could not hold
			return "", p.fail(ErrSyntax, "output that begins with ``` is written with \\ in front")
		}
		return l, nil
	}
	plain := l[1:]
	switch {
	case needsEscape(plain), plain == "" && last:
		return plain, nil
	case plain == "":
		return "", p.fail(ErrSyntax, `an empty line inside an output is left empty; "\" stands only for one at its end`)
	}
	return "", p.fail(ErrSyntax, `output that begins with "\" is written "\\"`)
}

// needsEscape tells whether an output line would be taken for something else,
// wherever it stands.
func needsEscape(l string) bool {
	if l == "" {
		return false
	}
	if _, ok := passing(l); ok {
		return true
	}
	return isInput(l) || isCommand(l) || l[0] == '#' || l[0] == '\\' ||
		strings.HasPrefix(strings.TrimLeft(l, " "), "```")
}
