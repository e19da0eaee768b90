package console

import (
	"context"
	"errors"
	"strings"
	"time"

	"lunarium/inspect/plain"
	"lunarium/runtime/service"
)

// This file holds a session: it takes the lines of whoever reads them, a shell, a remote
// connection, a page, a transcript.

// Session is one operator's conversation with a node, for who reads the lines.
type Session struct {
	operator *Operator
	release  func() // of the hold on the node, which a session keeps from ending for lack of services
}

// NewSession opens a session on a node, with the commands of a table.
func NewSession(n *service.Node, options Options, commands *Table) *Session {
	if options.Width == nil {
		options.Width = func() int { return 0 }
	}
	options.Screen.paint(options.Palette.Enabled())
	client := n.NewClient("the console")
	client.FailWhenStill(true)
	operator := &Operator{
		Options: options, out: options.Screen, entered: options.Who, node: n, client: client, table: commands,
		limit: DefaultLimit, shown: plain.DefaultLimits, aliases: map[string]string{}, prompt: commandPrompt,
	}
	operator.arrive()
	return &Session{operator, n.Occupy()}
}

// Aside opens a session beside the operator's: with the same aliases, and patience, for a
// line that may take long. It writes to another screen.
func (o *Operator) Aside(screen *Screen, patience time.Duration) *Session {
	options := o.Options
	options.Screen, options.Untimed, options.Sessions, options.aside = screen, o.timeless(), nil, o.presence // it is no other operator
	s := NewSession(o.node, options, o.table)
	s.operator.aliases, s.operator.limit, s.operator.shown = o.aliases, patience, o.shown
	return s
}

// Beside opens a session for what the reader asks for beside the lines that are typed, which
// may be while one runs. Its work is done in the name of this one, with the role that it has
// then.
func (s *Session) Beside(options Options) *Session {
	o := s.operator
	options.Sessions, options.aside = nil, o.presence
	o.Sessions.change(func() { options.Who = o.presence.who })
	return NewSession(o.node, options, o.table)
}

// Close ends the session. The node goes on.
func (s *Session) Close() {
	o := s.operator
	o.left()
	o.Sessions.leave(o.presence)
	o.stopRecording()
	o.leaveMode()
	o.closeScratch()
	o.forgetAll()
	o.client.Close()
	s.release()
}

// MayWait says whether commands may wait until somebody moves the virtual clock, which
// takes another goroutine. Else they fail when nothing happens before.
func (s *Session) MayWait(on bool) { s.operator.client.FailWhenStill(!on) }

// restLook is how often a command that neither waits nor is done is looked at.
const restLook = time.Millisecond

// InJSON has the replies from now on made for machines, or for people.
func (s *Session) InJSON(on bool) { s.operator.JSON = on }

// Rest waits until a command that another goroutine executes is done, which closes
// the channel, or waits for what happens only when the virtual clock moves; it tells
// which.
func (s *Session) Rest(ctx context.Context, done <-chan struct{}) (over bool) {
	ticker := time.NewTicker(restLook)
	defer ticker.Stop()
	for !s.operator.client.IsWaiting(ctx) {
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return false
}

// Prompt is what the session's reader shows before the next line.
func (s *Session) Prompt() string { return s.operator.prompt }

// Abandon forgets an unfinished chunk of Lua: Ctrl-C at the prompt.
func (s *Session) Abandon() {
	if m := s.operator.mode; m != nil {
		m.Abandon()
	}
}

// Leave leaves what takes the lines instead of the commands, as Ctrl-D does; false: there
// is nothing but the session to leave.
func (s *Session) Leave() bool {
	o := s.operator
	if o.mode == nil {
		return false
	}
	if err := o.BackToCommands(); err != nil {
		o.report(err)
	}
	return true
}

// Closed tells whether quit or shutdown ended the session.
func (s *Session) Closed() bool { return s.operator.closed }

// Record begins a transcript of the session in a file.
func (s *Session) Record(path string) error { return s.operator.recordIn(path) }

// ErrFailed reports a command that failed and has said so.
var ErrFailed = errors.New("the command failed")

// Execute runs one line. Errors are shown in the session; the returned error
// tells scripts that the command failed.
func (s *Session) Execute(ctx context.Context, line string) error {
	o := s.operator
	line = strings.TrimRight(line, " \t\r\n")
	if o.mode == nil && strings.TrimSpace(line) == "" {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer o.busyWith(line, cancel)()
	o.begin(line)
	defer o.recorded()
	var err error
	if o.mode != nil {
		err = o.inMode(ctx, line)
	} else {
		err = o.dispatch(ctx, line)
	}
	rest := o.Settle(ctx)
	if err != nil && !errors.Is(err, ErrFailed) {
		o.report(err)
	}
	o.tellUnrest(rest, errors.Is(err, service.ErrRestless))
	if err != nil {
		return ErrFailed
	}
	return nil
}

// begin takes note of a line that is about to run.
func (o *Operator) begin(line string) {
	o.lines = append(o.lines, line)
	o.record(line)
	o.rounds, o.unsettled = 0, false
	o.passing.Begin()
	o.node.AllowMoreSteps(o.limit)
}

// Reads tells whether a line is a command that answers at once and changes
// nothing.
func (s *Session) Reads(line string) bool {
	name, rest := CutWord(line)
	command, err := s.operator.table.Find(name)
	return err != nil || command.Reads != nil && command.Reads(rest)
}

// Complete gives what may stand at pos of a line.
func (s *Session) Complete(text string, pos int) Completion {
	return s.operator.complete(text[:pos])
}
