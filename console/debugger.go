package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file holds the debugger's prompt, and the command that opens it.

var debugCommands = []*Command{
	{Name: "debug", Group: Timing, Usage: "SERVICE",
		Help: "Turns the prompt into a debugger of one service: breakpoints with conditions, steps, stacks, local variables. " +
			"Only the task that comes to a breakpoint stops; the service, the node and other sessions go on. help lists the debugger's words; " +
			"quit, or the end of the session, removes the breakpoints and lets everything go on.",
		Examples: []string{"debug CHAT_ROOM_SERVICE"},
		Complete: []Completion{CompleteService}, Run: debugService},
}

// debugPrompt is the mode that debugs one service. The session's goroutine and
// the one that tells about news share it under busy.
type debugPrompt struct {
	session *Session
	service *service.Service
	d       *debug.Debugger
	words   *Table
	done    chan struct{}

	busy       sync.Mutex // held while a line is worked on or news is told
	left       bool
	toldEnd    bool   // that the service has ended
	frame      int    // that is looked at
	listed     int    // the line that list shows next; 0: around the frame
	last       string // the step that an empty line repeats
	shown      string // the function that was shown last
	background []*backgroundTask
}

func debugService(ctx context.Context, s *Session, args string) error {
	svc, err := s.service(args)
	if err != nil {
		return err
	}
	timed, cancel := s.timed(ctx)
	defer cancel()
	d, err := debug.Attach(timed, svc, "another session")
	if err != nil {
		return err
	}
	m := &debugPrompt{session: s, service: svc, d: d, words: debugWords(), done: make(chan struct{})}
	s.enterMode(m, "debug "+base(svc)+"> ")
	if err := s.reply(map[string]string{"mode": "debug", "service": svc.Address().String()}, "debugging "+title(svc)+`; "break FILE:LINE" stops there, "help" lists the words, "quit" leaves`); err != nil {
		return err
	}
	if !s.node.Clock().Virtual() {
		go m.follow()
	}
	return nil
}

// follow tells about news while the prompt waits. With the virtual clock nothing
// happens meanwhile.
func (m *debugPrompt) follow() {
	for {
		select {
		case <-m.d.Changed():
			m.busy.Lock()
			if !m.left {
				m.announce(context.Background())
			}
			m.busy.Unlock()
		case <-m.service.Gone():
			m.busy.Lock()
			if !m.left {
				m.tellEnd()
			}
			m.busy.Unlock()
			return
		case <-m.done:
			return
		}
	}
}

func (m *debugPrompt) line(ctx context.Context, text string) error {
	m.busy.Lock()
	defer m.busy.Unlock()
	if m.ended() {
		return m.afterEnd(text)
	}
	err := m.run(ctx, text)
	m.session.settle(ctx)
	if m.left {
		return err
	}
	m.announce(ctx)
	if m.ended() {
		m.tellEnd()
	}
	return err
}

func (m *debugPrompt) ended() bool {
	select {
	case <-m.service.Gone():
		return true
	default:
		return false
	}
}

// tellEnd says once that the service has ended. The prompt stays: whoever types quit
// next means the debugger, and not the node.
func (m *debugPrompt) tellEnd() {
	if !m.toldEnd {
		m.toldEnd = true
		m.session.reply(map[string]string{"ended": m.service.Address().String()}, m.session.paint(render.Warning, title(m.service)+" has ended; quit goes back to commands"))
	}
}

// afterEnd takes a line when the service has ended: what leaves the debugger, or
// nothing.
func (m *debugPrompt) afterEnd(text string) error {
	switch strings.TrimSpace(text) {
	case "", "quit", "q":
		return m.session.backToCommands()
	}
	return fmt.Errorf("%s has ended; quit goes back to commands", title(m.service))
}

func (m *debugPrompt) run(ctx context.Context, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		if text = m.last; text == "" {
			return nil
		}
	}
	m.last = ""
	if rest, ok := strings.CutPrefix(text, "!"); ok {
		return m.send(ctx, strings.TrimSpace(rest))
	}
	if rest, ok := strings.CutPrefix(text, "watch("); ok { // as skynet's
		return m.watchCall(ctx, strings.TrimSuffix(strings.TrimSpace(rest), ")"))
	}
	name, args := cutWord(text)
	word, ok := m.words.byName[name]
	if !ok || strings.HasPrefix(args, "=") && !strings.HasPrefix(args, "==") {
		return m.hint(name, text, m.eval(ctx, text))
	}
	if err := word.Run(ctx, m.session, args); !errors.Is(err, debug.ErrRunning) {
		return err
	}
	return fmt.Errorf("%s: no task stands; set a breakpoint, or pause with step", word.Name)
}

// hint adds to the error of a line that is no Lua that it may be a command.
func (m *debugPrompt) hint(name, text string, err error) error {
	if _, is := m.session.table.byName[name]; err == nil || !is {
		return err
	}
	return fmt.Errorf("%w; \"!%s\" runs the console's command", err, text)
}

func (m *debugPrompt) abandon() {}

// close ends the debugging; the session's mode is left.
func (m *debugPrompt) close() {
	m.left = true
	close(m.done)
	ctx, cancel := m.session.within(context.Background(), DefaultLimit)
	defer cancel()
	// A service that has ended has nothing to let go of; one that is stuck is
	// let go of when it comes out.
	_ = m.d.Close(ctx)
	m.finishBackground(ctx)
	for _, e := range m.background {
		e.cancel()
	}
}

// complete offers the debugger's words, places for breakpoints, and names of Lua.
func (m *debugPrompt) complete(text string) (candidates []string, from int) {
	if strings.HasPrefix(text, "!") {
		candidates, from = m.session.completeCommand(text[1:])
		return candidates, from + 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), completionWait)
	defer cancel()
	from = strings.LastIndexAny(text, " \t") + 1
	before := strings.Fields(text[:from])
	names, at, err := m.d.Candidates(ctx, m.frame, text)
	if err != nil {
		names, at = nil, len(text)
	}
	switch {
	case len(before) == 0 && at == from:
		names = append(beginning(m.words.Names(), text[from:]), names...)
	case len(before) == 1 && at == from && slices.Contains([]string{"break", "b"}, before[0]):
		if places, err := m.d.Places(ctx, text[from:]); err == nil {
			names = append(places, names...)
		}
	}
	return names, at
}

// announce tells what has happened since the last time, and what became of errands.
func (m *debugPrompt) announce(ctx context.Context) {
	m.tellNews(ctx)
	m.finishBackground(ctx)
}

func (m *debugPrompt) tellNews(ctx context.Context) {
	for _, e := range m.d.News() {
		if m.session.JSON {
			m.session.reply(e, "")
			continue
		}
		switch e.Kind {
		case debug.TaskStopped:
			m.announceStop(ctx, e)
		case debug.TaskWaits:
			m.session.println(m.taskName(&e.Task) + " " + m.session.waiting(&e.Task))
		case debug.TaskEnded:
			m.session.println(m.taskName(&e.Task) + " has ended")
		case debug.TaskMissed:
			m.session.println(m.session.paint(render.Warning, missedText(&e)))
		}
	}
}

// missedText explains why a task did not stop at a breakpoint.
func missedText(e *debug.Event) string {
	return visible.Line(fmt.Sprintf("%s: task %d passed %s without stopping: it is called by %s, and inside a library function a task can't stop",
		e.Reason, e.Task.ID, &e.Where, cmp.Or(e.Inside, "a library")))
}

func (m *debugPrompt) taskName(t *service.TaskInfo) string {
	return m.session.paint(render.Key, fmt.Sprintf("task %d", t.ID))
}

// announceStop shows where a task stopped, unless another one is looked at.
func (m *debugPrompt) announceStop(ctx context.Context, e debug.Event) {
	if e.Note != "" {
		m.session.println(m.session.paint(render.Warning, visible.Text(e.Note)))
	}
	standing, err := m.d.Standing(ctx)
	if err != nil || len(standing) == 0 || standing[0].Task.ID != e.Task.ID {
		m.session.println(fmt.Sprintf("%s stands, too: %s; \"task %d\" looks at it", m.taskName(&e.Task), visible.Line(e.Where.String()), e.Task.ID))
		return
	}
	m.frame, m.listed = 0, 0
	m.show(ctx, e)
}

// show shows a stopped task: one line after a step in the same function, else
// where it is and what stands around.
func (m *debugPrompt) show(ctx context.Context, e debug.Event) {
	s := m.session
	function := fmt.Sprintf("%d %s %s", e.Task.ID, e.Where.File, e.Where.Function)
	around := 5
	if e.Reason == "step" && function == m.shown {
		around = 1
	} else {
		s.println(fmt.Sprintf("%s: %s%s, %s", s.paint(render.Header, visible.Line(e.Reason)), m.taskName(&e.Task), handling(&e.Task), visible.Line(e.Where.String())))
	}
	m.shown = function
	listing, err := m.d.List(ctx, 0, 0, around)
	if err != nil {
		s.println(s.paint(render.Note, worded.Text(err)))
		return
	}
	s.println(m.listingText(&listing))
}

// handling tells what message a task handles.
func handling(t *service.TaskInfo) string { return visible.Line(handlingText(t)) }

func handlingText(t *service.TaskInfo) string {
	switch {
	case t.Handling != "":
		return fmt.Sprintf(", %s from %s", visible.Quote(t.Handling), t.From)
	case t.From != "":
		return ", a message from " + t.From
	}
	if t.Site != "" {
		return fmt.Sprintf(", %s set at %s", t.Kind, t.Site)
	}
	return ", " + t.Kind.String()
}

// listingText shows lines of source with their numbers, an arrow at the line
// that comes next and a dot at breakpoints.
func (m *debugPrompt) listingText(l *debug.Listing) string {
	s := m.session
	var b strings.Builder
	if l.Changed {
		b.WriteString(s.paint(render.Warning, l.File+" has changed since it was loaded; the lines may not be those that run") + "\n")
	}
	for i, text := range l.Lines {
		number := l.First + i
		mark := "  "
		if slices.Contains(l.Stops, number) {
			mark = "● "
		}
		line := fmt.Sprintf("%s%4d  %s", mark, number, visible.Line(strings.ReplaceAll(text, "\t", "    ")))
		if number == l.Current {
			line = s.paint(render.Header, strings.Replace(line, mark, "→ ", 1))
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (m *debugPrompt) noBreakpoint(ctx context.Context, id int) error {
	list, err := m.d.Breakpoints(ctx)
	if err != nil {
		return err
	}
	var there []uint64
	for _, b := range list {
		there = append(there, uint64(b.ID))
	}
	return noNumber("breakpoint", uint64(id), there, len(there), "break")
}

// notStanding says which tasks stand in the debugger instead of one.
func (m *debugPrompt) notStanding(ctx context.Context, id uint64) error {
	standing, err := m.d.Standing(ctx)
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return fmt.Errorf("task %d does not stand; none does", id)
	}
	var there []uint64
	for i := range standing {
		there = append(there, standing[i].Task.ID)
	}
	return noNumber("standing task", id, there, len(there), "task")
}
