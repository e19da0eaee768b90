package web

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/render"
	"lunarium/runtime/visible"
)

// This file runs a page's lines in a session.

// terminal runs the lines of one page in a session. The session belongs to the
// goroutine of run.
type terminal struct {
	page    *page
	screen  *console.Screen
	session *console.Session
	current atomic.Pointer[console.Session] // the session, for others than the goroutine of run
	palette render.Palette
	work    chan func()
	busy    atomic.Bool
	cancel  atomic.Pointer[context.CancelFunc] // of the command that runs
	columns atomic.Int64
}

// typeAhead is how many lines may wait while a command runs.
const typeAhead = 64

// errTypeAhead: too many lines wait.
var errTypeAhead = errors.New("too many lines wait for the command that runs")

func newTerminal(p *page) *terminal {
	t := &terminal{page: p, palette: render.NewPalette(true), work: make(chan func(), typeAhead)}
	t.screen = console.NewScreen(p)
	t.open()
	return t
}

func (t *terminal) open() {
	options := t.options()
	options.Screen, options.JSON, options.Frame, options.Picture = t.screen, t.page.server.config.JSON, t.page.frame, t.page.picture
	options.Sessions, options.End = t.page.server.config.Sessions, func(string) { t.page.close() }
	t.session = console.NewSession(t.page.server.config.Node, options, command.Table())
	t.current.Store(t.session)
	t.page.state(t.session.Prompt(), false)
}

// options are those of the sessions of the page, but for where they write.
func (t *terminal) options() console.Options {
	config := &t.page.server.config
	return console.Options{
		Palette: t.palette, Remote: true, Library: config.Library, Width: func() int { return int(t.columns.Load()) },
		Crashes: config.Crashes, Snapshots: config.Snapshots, Supervisor: config.Supervisor,
		Kind: "page", From: t.page.from, Who: t.page.who, Audit: config.Audit, Secrets: config.Secrets,
	}
}

// run runs what was entered until ctx ends.
func (t *terminal) run(ctx context.Context) {
	defer func() { t.session.Close() }()
	for {
		select {
		case f := <-t.work:
			f()
		case <-ctx.Done():
			return
		}
	}
}

func (t *terminal) do(f func()) error {
	select {
	case t.work <- f:
		return nil
	default:
		return errTypeAhead
	}
}

// drained is closed when what was entered so far is done.
func (t *terminal) drained() <-chan struct{} {
	done := make(chan struct{})
	if t.do(func() { close(done) }) != nil {
		close(done)
	}
	return done
}

// enter runs a line after those before it.
func (t *terminal) enter(ctx context.Context, line string) error {
	return t.do(func() { t.execute(ctx, line) })
}

func (t *terminal) execute(ctx context.Context, line string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.cancel.Store(&cancel)
	t.busy.Store(true)
	t.page.state(t.session.Prompt(), true)
	palette := t.palette
	io.WriteString(t.screen, palette.Note(t.session.Prompt())+palette.Paint(render.Key, visible.Text(line))+"\n")
	t.session.Execute(ctx, line) // a failure is on the screen
	t.cancel.Store(nil)
	t.busy.Store(false)
	if t.session.Closed() && !t.page.server.stopped() {
		t.session.Close()
		io.WriteString(t.screen, palette.Note("the session has ended; this is a new one")+"\n")
		t.open()
		return
	}
	t.page.state(t.session.Prompt(), false)
}

// besideTime bounds what is asked beside the console.
const besideTime = 2 * console.DefaultLimit

// beside runs a line that nobody typed, also while one that was typed runs, and gives what the
// console would show; failed: that is an error.
func (t *terminal) beside(ctx context.Context, line string) (text string, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, besideTime)
	defer cancel()
	shown := &console.Collected{}
	options := t.options()
	options.Screen = console.NewScreen(shown)
	session := t.current.Load().Beside(options)
	defer session.Close()
	failed = session.Execute(ctx, line) != nil
	return shown.Take(), failed
}

// interrupt is Ctrl-C: it ends the command that runs, or forgets an unfinished
// chunk.
func (t *terminal) interrupt() error {
	if cancel := t.cancel.Load(); cancel != nil {
		(*cancel)()
		return nil
	}
	return t.do(func() {
		t.session.Abandon()
		t.page.state(t.session.Prompt(), false)
	})
}

// complete gives what may stand at the end of a text. While a command runs there is
// nothing.
func (t *terminal) complete(ctx context.Context, text string) console.Completion {
	nothing := console.Completion{From: len(text)}
	found := make(chan console.Completion, 1)
	if t.busy.Load() || t.do(func() { found <- t.session.Complete(text, len(text)) }) != nil {
		return nothing
	}
	select {
	case c := <-found:
		return c
	case <-ctx.Done():
		return nothing
	}
}
