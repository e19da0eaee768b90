package line

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/chzyer/readline"
)

// This file reads lines from a terminal, with the editor.

// Options describe a Terminal.
type Options struct {
	In       io.Reader  // bytes as they are typed (character mode, no echo)
	Out      io.Writer  // the screen
	Columns  func() int // its width; nil, 0 or less: 80
	Rows     func() int // its height; nil, 0 or less: 24
	Complete Completer  // nil: Tab rings the bell
	// HistoryFile keeps the history on disk; "" keeps it in memory. A file
	// that cannot be used costs the history only: see historyError.
	HistoryFile string
}

// Terminal is a line editor on a terminal in character mode.
type Terminal struct {
	keys    *keys
	screen  *screen
	edit    *editor
	hist    *history
	histErr error
	rl      *readline.Instance
	notes   *notes
	restore func() error

	reading   sync.Mutex // held by ReadLine and ReadPassword
	dead      bool       // the source has ended; guarded by reading
	mu        sync.Mutex // orders prompts and notices
	prompting bool       // guarded by mu
	closing   sync.Once
	closed    chan struct{}
}

var _ Reader = (*Terminal)(nil)

// NewTerminal starts a line editor. The terminal must be in character mode
// already, and stay so until Close.
func NewTerminal(o Options) (*Terminal, error) {
	if o.Columns == nil {
		o.Columns = func() int { return 0 }
	}
	if o.Rows == nil {
		o.Rows = func() int { return 0 }
	}
	t := &Terminal{
		keys:   newKeys(),
		screen: &screen{out: o.Out, columns: o.Columns, rows: o.Rows},
		notes:  newNotes(),
		closed: make(chan struct{}),
	}
	t.hist, t.histErr = openHistory(o.HistoryFile)
	t.edit = &editor{keys: t.keys, screen: t.screen, hist: t.hist, notes: t.notes, complete: o.Complete}
	nothing := func() error { return nil }
	cfg := &readline.Config{
		Stdin:                  t.keys,
		Stdout:                 t.screen,
		Stderr:                 t.screen,
		HistoryLimit:           1, // its own history is not used
		DisableAutoSaveHistory: true,
		Painter:                t.screen,
		Listener:               t.edit,
		EOFPrompt:              "\n", // readline's way to say "print nothing"
		FuncFilterInputRune:    t.edit.filter,
		FuncGetWidth:           func() int { return editorWidth },
		FuncIsTerminal:         func() bool { return true },
		FuncMakeRaw:            nothing,
		FuncExitRaw:            nothing,
		FuncOnWidthChanged:     func(func()) {},
	}
	// The editing loop starts inside NewEx and reads edit.op only once a key
	// arrives, which needs an open prompt.
	rl, err := readline.NewEx(cfg)
	if err != nil {
		return nil, fmt.Errorf("line editor: %w", err)
	}
	t.rl, t.edit.op = rl, rl.Operation
	go t.keys.pump(o.In)
	go t.printNotes()
	return t, nil
}

// historyError says why the history file is not used or not complete, or nil.
func (t *Terminal) historyError() error { return t.histErr }

// ReadLine implements Reader.
func (t *Terminal) ReadLine(prompt string) (string, error) {
	t.reading.Lock()
	defer t.reading.Unlock()
	if t.dead {
		return "", io.EOF
	}
	t.showFrame("")
	t.screen.freshLine()
	t.edit.begin(prompt)
	t.screen.setPrompt(prompt)
	t.rl.SetPrompt(prompt)
	t.mu.Lock()
	t.prompting = true
	t.mu.Unlock()
	// Not before: readline resets its line at Enter without a lock, while this
	// goroutine may still be painting.
	t.screen.whenShown(func() { t.keys.open(edit) })

	s, err := t.rl.Readline()

	finished := t.keys.shut()
	t.mu.Lock()
	t.prompting = false
	_ = t.screen.print(t.notes.take())
	t.mu.Unlock()
	switch {
	case !finished:
		// readline gives a half-typed line when its source ends; nobody
		// pressed Enter on it.
		t.dead = true
		return "", io.EOF
	case errors.Is(err, readline.ErrInterrupt):
		return "", ErrInterrupt
	case err != nil:
		return "", err
	}
	rest, tooLong := t.edit.overflow()
	if tooLong {
		return "", ErrLineTooLong
	}
	s += rest
	t.hist.add(s)
	return s, nil
}

// ReadPassword implements Reader.
func (t *Terminal) ReadPassword(prompt string) (string, error) {
	t.reading.Lock()
	defer t.reading.Unlock()
	if t.dead {
		return "", io.EOF
	}
	t.screen.freshLine()
	if err := t.screen.print([]byte(prompt)); err != nil {
		return "", err
	}
	t.keys.open(secret)
	s, err := t.keys.readSecret()
	t.dead = !t.keys.shut()
	_ = t.screen.print([]byte("\n"))
	return s, err
}

// More implements Reader.
func (t *Terminal) More() <-chan struct{} { return nil }

// Frame implements Reader.
func (t *Terminal) Frame() func(string) { return t.showFrame }

func (t *Terminal) showFrame(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.prompting {
		return
	}
	_ = t.screen.print(t.notes.take())
	_ = t.screen.show(text)
}

// Interrupts implements Reader.
func (t *Terminal) Interrupts() <-chan struct{} { return t.keys.intr }

// Width implements Reader.
func (t *Terminal) Width() int { return t.screen.width() }

// History implements Reader. It must not be called while ReadLine waits.
func (t *Terminal) History() []string { return slices.Clone(t.hist.lines) }

// Notify implements Reader.
func (t *Terminal) Notify() io.Writer { return noticeWriter{t} }

type noticeWriter struct{ t *Terminal }

func (w noticeWriter) Write(p []byte) (int, error) {
	n, err := w.t.notes.Write(p)
	select {
	case <-w.t.closed:
		w.t.printLast()
	default:
	}
	return n, err
}

// printLast prints the notices that come when there are no prompts any more.
func (t *Terminal) printLast() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.prompting { // else ReadLine does
		_ = t.screen.print(t.notes.take())
	}
}

// Writer implements Reader.
func (t *Terminal) Writer() io.Writer { return terminalWriter{t} }

type terminalWriter struct{ t *Terminal }

func (w terminalWriter) Write(p []byte) (int, error) {
	w.t.mu.Lock()
	defer w.t.mu.Unlock()
	if w.t.prompting {
		return w.t.notes.Write(p)
	}
	if err := w.t.screen.print(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Resized repaints the prompt after the width has changed. It never waits.
func (t *Terminal) Resized() { _, _ = t.notes.Write(nil) }

// printNotes prints notices: directly while no prompt is open, and through the
// editing goroutine while one is.
func (t *Terminal) printNotes() {
	for {
		select {
		case <-t.notes.kick:
		case <-t.closed:
			t.printLast()
			return
		}
		t.mu.Lock()
		if t.prompting {
			t.keys.wakeUp()
		} else {
			_ = t.screen.print(t.notes.take())
		}
		t.mu.Unlock()
	}
}

// Close implements Reader, and gives a local terminal its mode back.
func (t *Terminal) Close() error {
	var err error
	t.closing.Do(func() {
		_ = t.keys.Close()
		close(t.closed)
		// A kicked reading loop finds the keys closed and ends, and the editing
		// loop with it. readline's own Close would wait for a loop that may not
		// have registered itself yet.
		_ = t.rl.Config.Stdin.Close()
		t.rl.Terminal.KickRead()
		t.reading.Lock()
		t.dead = true
		err = t.hist.close()
		t.reading.Unlock()
		if t.restore != nil {
			err = errors.Join(err, t.restore())
		}
	})
	return err
}
