package line

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"sync"
)

// This file reads lines from plain bytes.

// PlainOptions describe a Plain reader.
type PlainOptions struct {
	In  io.Reader
	Out io.Writer
	// Prompt asks for prompts to be written; scripts do better without.
	Prompt bool
	// CRLF ends output lines with CR LF, as a telnet client wants them.
	CRLF       bool
	Columns    func() int      // nil, 0 or less: 80
	Interrupts <-chan struct{} // nil: there can be none
	Close      func() error    // unblocks In; nil: what it waits for is given up
}

// Plain reads lines from a pipe, a file or a simple network client. A line ends
// with LF, CR LF, CR NUL or CR; the last one may lack its end. Bytes are passed
// as they are, whether UTF-8 or not.
type Plain struct {
	o       PlainOptions
	in      *bufio.Reader
	afterCR bool
	ahead   chan struct{} // closed when More has looked; nil: it does not look
	out     sync.Mutex
	notes   *notes
	closing sync.Once
	closed  chan struct{}
}

var _ Reader = (*Plain)(nil)

// NewPlain gives a reader of plain lines. It owns one goroutine, which prints
// what Notify gets and ends with Close.
func NewPlain(o PlainOptions) *Plain {
	p := &Plain{o: o, notes: newNotes(), closed: make(chan struct{})}
	if o.Close == nil {
		o.In = &abandonable{in: o.In, closed: p.closed}
	}
	p.in = bufio.NewReader(o.In)
	go p.printNotes()
	return p
}

// ReadLine implements Reader.
func (p *Plain) ReadLine(prompt string) (string, error) {
	if p.o.Prompt {
		if _, err := p.Writer().Write([]byte(prompt)); err != nil {
			return "", err
		}
	}
	return p.read()
}

// ReadPassword implements Reader. The far end echoes what it likes: plain
// input has no echo of ours to turn off.
func (p *Plain) ReadPassword(prompt string) (string, error) { return p.ReadLine(prompt) }

// More implements Reader.
func (p *Plain) More() <-chan struct{} {
	if p.ahead == nil {
		p.ahead = make(chan struct{})
		go p.lookAhead(p.ahead)
	}
	return p.ahead
}

// lookAhead waits for the first byte of another line. It owns the input until then.
func (p *Plain) lookAhead(came chan<- struct{}) {
	defer close(came)
	next, err := p.in.Peek(1)
	if err == nil && p.endsLine(next[0]) { // the rest of the last line's end
		_, _ = p.in.Discard(1)
		p.afterCR = false
		_, _ = p.in.Peek(1)
	}
}

// endsLine tells whether a byte only completes the line end CR.
func (p *Plain) endsLine(c byte) bool { return p.afterCR && (c == '\n' || c == 0) }

func (p *Plain) read() (string, error) {
	if p.ahead != nil {
		<-p.ahead
		p.ahead = nil
	}
	var line []byte
	tooLong := false
	for {
		c, err := p.in.ReadByte()
		if err != nil {
			return p.last(line, tooLong, err)
		}
		second := p.endsLine(c)
		p.afterCR = c == '\r'
		switch {
		case second:
		case c == '\n' || c == '\r':
			if tooLong {
				return "", ErrLineTooLong
			}
			return string(line), nil
		case len(line) >= MaxLine:
			line, tooLong = nil, true
		case !tooLong:
			line = append(line, c)
		}
	}
}

// last gives the line that the end of the input left without an end.
func (p *Plain) last(line []byte, tooLong bool, err error) (string, error) {
	select {
	case <-p.closed:
		p.printTaken() // such as why it was closed
		return "", io.EOF
	default:
	}
	switch {
	case !errors.Is(err, io.EOF):
		return "", fmt.Errorf("reading commands: %w", err)
	case tooLong:
		return "", ErrLineTooLong
	case len(line) > 0:
		return string(line), nil
	}
	return "", io.EOF
}

// Frame implements Reader.
func (p *Plain) Frame() func(string) { return nil }

// Interrupts implements Reader.
func (p *Plain) Interrupts() <-chan struct{} { return p.o.Interrupts }

// Writer implements Reader.
func (p *Plain) Writer() io.Writer { return plainWriter{p} }

type plainWriter struct{ p *Plain }

func (w plainWriter) Write(b []byte) (int, error) {
	w.p.out.Lock()
	defer w.p.out.Unlock()
	if err := w.p.write(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// write writes with the ends of lines that are wanted; out is locked.
func (p *Plain) write(b []byte) error {
	if p.o.CRLF {
		b = crlf(b)
	}
	_, err := p.o.Out.Write(b)
	return err
}

// Notify implements Reader.
func (p *Plain) Notify() io.Writer { return p.notes }

func (p *Plain) printNotes() {
	for {
		select {
		case <-p.notes.kick:
			p.printTaken()
		case <-p.closed:
			return
		}
	}
}

// printTaken prints the notes that there are. Those that are being printed are when it returns.
func (p *Plain) printTaken() {
	p.out.Lock()
	defer p.out.Unlock()
	if text := p.notes.take(); len(text) > 0 {
		_ = p.write(text)
	}
}

// Width implements Reader.
func (p *Plain) Width() int {
	if p.o.Columns != nil {
		if w := p.o.Columns(); w > 0 {
			return w
		}
	}
	return 80
}

// History implements Reader: there is none.
func (p *Plain) History() []string { return nil }

// Close implements Reader.
func (p *Plain) Close() error {
	var err error
	p.closing.Do(func() {
		close(p.closed)
		if p.o.Close != nil {
			err = p.o.Close()
		}
	})
	return err
}

// abandonable reads what nobody can unblock, such as a pipe on the standard input, and
// gives up when it is closed: the goroutine that reads ends with the read.
type abandonable struct {
	in     io.Reader
	closed <-chan struct{}
	came   chan read // of the read that is under way; nil: there is none
	rest   read
}

// read is what a read gave.
type read struct {
	bytes []byte
	err   error
}

func (a *abandonable) Read(b []byte) (int, error) {
	if len(a.rest.bytes) == 0 && a.rest.err == nil {
		if a.came == nil {
			a.came = make(chan read, 1)
			go func(came chan<- read) {
				buf := make([]byte, 4096)
				n, err := a.in.Read(buf)
				came <- read{buf[:n], err}
			}(a.came)
		}
		select {
		case a.rest = <-a.came:
			a.came = nil
		case <-a.closed:
			return 0, io.EOF
		}
	}
	n := copy(b, a.rest.bytes)
	if a.rest.bytes = a.rest.bytes[n:]; len(a.rest.bytes) > 0 || n > 0 {
		return n, nil
	}
	err := a.rest.err
	a.rest.err = nil
	return 0, err
}

// crlf puts a carriage return before each newline that has none.
func crlf(b []byte) []byte {
	out := make([]byte, 0, len(b)+16)
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}
