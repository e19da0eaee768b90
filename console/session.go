package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/runtime/files"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file holds a session: it takes lines, runs commands within a time limit, and
// replies.

// DefaultLimit is how long a command waits for a service unless the command
// timeout sets another limit.
const DefaultLimit = 5 * time.Second

// Options say how a session looks and where it writes.
type Options struct {
	Screen  *Screen
	Palette render.Palette
	Width   func() int // columns; nil: nothing is cut
	JSON    bool
	History func() []string // the lines entered so far; nil: the session keeps its own
	// More is line.Reader's: what ends commands that would go on until somebody stops
	// them. nil: only an interrupt does.
	More func() <-chan struct{}
	// Remote sessions may not read and write the server's files.
	Remote bool
	// MayWrite decides which files commands may write; nil: all that the process may.
	MayWrite func(path string) error
	// Untimed sessions show results without the time that they took.
	Untimed bool
	// Flags are the node's command line and Greeting what it wrote before the
	// first command; a recorded session begins with them.
	Flags    []string
	Greeting string
	// Patience is the least real time that a node with the virtual clock gets for
	// anything, whatever the limit of commands says: what a recorded session shows
	// must not depend on the machine's speed.
	Patience time.Duration
	// Library gives what help knows of the libraries; nil: nothing.
	Library func() []LibraryFunction
}

// Session is one operator's conversation with a node.
type Session struct {
	Options
	Out       io.Writer // the screen, but while a command's text is captured
	node      *service.Node
	client    *service.Client
	release   func() // of the hold on the node, which a session keeps from ending for lack of services
	table     *Table
	limit     time.Duration
	aliases   map[string]string
	lines     []string
	recording *recording
	closed    bool
	depth     int // of aliases and source files
	rounds    int // that the line has watched, with the virtual clock
	passing   service.Passing
	// unsettled: the node did not finish in time what the line set off. It is waited for
	// once.
	unsettled bool
	unrest    bool // it was told that the node does not come to rest
	mode      mode // takes the lines instead of the commands; nil: there is none
	prompt    string
	scratch   *service.Service // for the Lua prompt; nil until it is needed
}

// NewSession opens a session on a node.
func NewSession(n *service.Node, o Options) *Session { return newSession(n, o, Commands()) }

func newSession(n *service.Node, o Options, table *Table) *Session {
	if o.Width == nil {
		o.Width = func() int { return 0 }
	}
	o.Screen.paint(o.Palette.Enabled())
	client := n.NewClient("the console")
	client.FailWhenStill(true)
	return &Session{
		Options: o, Out: o.Screen, node: n, client: client, release: n.Occupy(), table: table,
		limit: DefaultLimit, aliases: map[string]string{}, prompt: commandPrompt,
	}
}

// Close ends the session. The node goes on.
func (s *Session) Close() {
	s.stopRecording()
	s.leaveMode()
	s.closeScratch()
	s.client.Close()
	s.release()
}

// MayWait says whether commands may wait until somebody moves the virtual clock, which
// takes another goroutine. Else they fail when nothing happens before.
func (s *Session) MayWait(on bool) { s.client.FailWhenStill(!on) }

// restLook is how often a command that neither waits nor is done is looked at.
const restLook = time.Millisecond

// Rest waits until a command that another goroutine executes is done, which closes
// the channel, or waits for what happens only when the virtual clock moves; it tells
// which.
func (s *Session) Rest(ctx context.Context, done <-chan struct{}) (over bool) {
	ticker := time.NewTicker(restLook)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		case <-ticker.C:
			if s.client.IsWaiting(ctx) {
				return false
			}
		}
	}
}

// Prompt is what the session's reader shows before the next line.
func (s *Session) Prompt() string { return s.prompt }

// Abandon forgets an unfinished chunk of Lua: Ctrl-C at the prompt.
func (s *Session) Abandon() {
	if s.mode != nil {
		s.mode.abandon()
	}
}

// Closed tells whether quit or shutdown ended the session.
func (s *Session) Closed() bool { return s.closed }

// Node gives the session's node.
func (s *Session) Node() *service.Node { return s.node }

// ErrFailed reports a command that failed and has said so.
var ErrFailed = errors.New("the command failed")

// Execute runs one line. Errors are shown in the session; the returned error
// tells scripts that the command failed.
func (s *Session) Execute(ctx context.Context, line string) error {
	line = strings.TrimRight(line, " \t\r\n")
	if s.mode == nil && strings.TrimSpace(line) == "" {
		return nil
	}
	s.lines = append(s.lines, line)
	s.record(line)
	defer s.recorded()
	s.rounds, s.unsettled = 0, false
	s.passing.Begin()
	s.node.AllowMoreSteps(s.limit)
	var err error
	if s.mode != nil {
		err = s.mode.line(ctx, line)
	} else {
		err = s.dispatch(ctx, line)
	}
	rest := s.settle(ctx)
	if err != nil && !errors.Is(err, ErrFailed) {
		s.report(err)
	}
	s.tellUnrest(rest, errors.Is(err, service.ErrRestless))
	if err != nil {
		return ErrFailed
	}
	return nil
}

// Reads tells whether a line is a command that answers at once and changes
// nothing.
func (s *Session) Reads(line string) bool {
	name, rest := cutWord(line)
	command, err := s.table.Find(name)
	return err != nil || command.Reads != nil && command.Reads(rest)
}

// settle lets a node with the virtual clock finish what the command set off,
// so that its output stands with the command.
func (s *Session) settle(ctx context.Context) error {
	if !s.node.Clock().Virtual() {
		return nil
	}
	if s.unsettled {
		return nil
	}
	ctx, cancel := s.within(ctx, min(max(s.limit, leastSettling), DefaultLimit))
	defer cancel()
	err := s.node.Settle(ctx)
	s.unsettled = errors.Is(err, context.DeadlineExceeded)
	return err
}

// leastSettling is the least time that a node with the virtual clock gets for what a
// command set off.
const leastSettling = time.Second

// maxDepth bounds aliases that name each other and files that source each other.
const maxDepth = 20

func (s *Session) dispatch(ctx context.Context, line string) error {
	name, rest := cutWord(line)
	if strings.HasPrefix(name, "#") {
		return nil
	}
	if expansion, ok := s.aliases[name]; ok {
		if s.depth >= maxDepth {
			return fmt.Errorf("alias %s goes round in a circle", name)
		}
		s.depth++
		defer func() { s.depth-- }()
		return s.dispatch(ctx, strings.TrimSpace(expansion+" "+rest))
	}
	command, err := s.table.Find(name)
	if err != nil {
		return err
	}
	return command.Run(ctx, s, rest)
}

// timed gives the context of a command that asks a service.
func (s *Session) timed(ctx context.Context) (context.Context, context.CancelFunc) {
	return s.within(ctx, s.limit)
}

// within gives the context of what may take a limit of real time.
func (s *Session) within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx = service.Limited(ctx, limit)
	if s.node.Clock().Virtual() {
		limit = max(limit, s.Patience)
	}
	return context.WithTimeout(ctx, limit)
}

func (s *Session) paint(role render.Role, text string) string { return s.palette().Paint(role, text) }

// palette is what replies are painted with: those that machines read are not.
func (s *Session) palette() render.Palette {
	if s.JSON {
		return render.Palette{}
	}
	return s.Palette
}

// columns is the width that replies are made for. Those of a recorded session
// are cut to none, as a transcript must not depend on the terminal.
func (s *Session) columns() int {
	if s.recording != nil {
		return 0
	}
	return s.Width()
}

func (s *Session) style() render.Style { return render.Style{Palette: s.palette(), Width: s.columns()} }

// println writes lines of a reply. With the virtual clock they come after what
// services still print because of the command: an answer overtakes no output.
func (s *Session) println(text string) {
	s.settle(context.Background())
	fmt.Fprintln(s.Out, text)
}

// reply shows the answer of a command: data as JSON when that is on, text
// otherwise.
func (s *Session) reply(data any, text string) error {
	if s.JSON {
		encoded, err := render.JSON(data)
		if err != nil {
			return fmt.Errorf("writing the reply as JSON: %w", err)
		}
		s.println(encoded)
		return nil
	}
	if text != "" {
		s.println(strings.TrimRight(text, "\n"))
	}
	return nil
}

// report shows why a command failed.
func (s *Session) report(err error) {
	text := s.errorText(err)
	if s.JSON {
		encoded, encodeErr := render.JSON(map[string]string{"error": text})
		if encodeErr == nil {
			s.println(encoded)
			return
		}
	}
	s.println(text)
}

func (s *Session) errorText(err error) string {
	var failure *message.Failure
	if errors.As(err, &failure) {
		return s.failureText(failure)
	}
	var silent *noAnswerError
	if errors.As(err, &silent) {
		return s.paint(render.Error, silent.Error()) + "\n" + s.paint(render.Note, silent.advice())
	}
	var restless *service.RestlessError
	if errors.As(err, &restless) {
		return s.unrestText(restless)
	}
	var ended *endedError
	if errors.As(err, &ended) {
		return s.paint(render.Error, visible.Text(err.Error()))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return s.paint(render.Error, visible.Text(lateText(err, s.limit)))
	}
	if errors.Is(err, context.Canceled) {
		return s.paint(render.Warning, "interrupted")
	}
	return s.paint(render.Error, visible.Text(worded.Text(err)))
}

// lateText says what was not done by a limit.
func lateText(err error, limit time.Duration) string {
	return "no answer within " + render.Duration(limit) + ": " + strings.TrimSuffix(worded.Text(err), ": "+worded.Text(context.DeadlineExceeded))
}

// failureText shows a failed call: who failed at what, the error with its
// traceback, and what it was caused by.
func (s *Session) failureText(f *message.Failure) string {
	var b strings.Builder
	for i, link := range f.Chain() {
		head := "error in "
		if i > 0 {
			head = "because of "
		}
		if !errors.Is(link, message.ErrRaised) && !errors.Is(link, message.ErrStart) && i == 0 && link.Traceback == "" {
			b.WriteString(s.paint(render.Error, visible.Text(link.Text)) + "\n")
			continue
		}
		b.WriteString(s.paint(render.Error, head+link.Where()) + "\n")
		for _, line := range strings.Split(link.Text, "\n") {
			b.WriteString("  " + visible.Text(line) + "\n")
		}
		writeStack(&b, link.Traceback)
	}
	return strings.TrimRight(b.String(), "\n")
}

// readFile reads a file that a command names.
func (s *Session) readFile(path string) (string, error) {
	content, err := files.ReadRegular(path)
	if err != nil {
		return "", fmt.Errorf("cannot read %s: %s", path, worded.FileText(err))
	}
	return string(content), nil
}

// mayWrite tells why a command may not write a file.
func (s *Session) mayWrite(path string) error {
	if s.MayWrite == nil {
		return nil
	}
	return s.MayWrite(path)
}

// endedError says in the command's own words what did not come to its end.
type endedError struct {
	text string
	err  error
}

// writeStack writes the lines of a traceback, indented.
func writeStack(b *strings.Builder, traceback string) {
	for _, line := range strings.Split(traceback, "\n") {
		if line = strings.TrimSpace(line); line != "" && line != "stack traceback:" {
			b.WriteString("    " + visible.Text(line) + "\n")
		}
	}
}
