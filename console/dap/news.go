package dap

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-dap"

	inspect "lunarium/inspect/debug"
	"lunarium/runtime/visible"
)

// This file tells the client what happened to services.

func (s *session) tellNews(ctx context.Context) {
	for _, e := range s.group.News() {
		if ctx.Err() != nil {
			return
		}
		s.tell(e)
	}
}

func (s *session) tell(e inspect.GroupEvent) {
	switch e.Kind {
	case inspect.TaskStopped:
		s.stopped(e)
	case inspect.TaskEnded:
		if th := s.threads.byKey[threadKey{addressOf(e.Debugger), e.Task.ID}]; th != nil {
			s.exited(th)
		}
	case inspect.ServiceEnded:
		s.serviceEnded(e.Debugger)
	case inspect.BreakpointPlaced:
		s.tellHeld()
		s.placed(inspect.Placement{ID: e.Breakpoints[0], Line: e.Line})
	case inspect.TaskLogged:
		source := s.source(e.Debugger.Service(), inspect.Source{Chunk: e.Where.Chunk(), Path: e.Path})
		s.send(&dap.OutputEvent{Body: dap.OutputEventBody{
			Category: "console", Output: visible.Text(e.Text) + "\n", Source: source, Line: s.lineOut(e.Where.Line),
		}})
	case inspect.LinesLeftOut:
		s.say("important", fmt.Sprintf("%s: %d lines of logging points were left out, because they were too many", title(e.Debugger.Service()), e.Count))
	case inspect.TasksPassed:
		s.say("important", fmt.Sprintf("%s: %d tasks passed breakpoints, because as many stand as may", title(e.Debugger.Service()), e.Count))
	case inspect.TaskMissed:
		s.say("important", fmt.Sprintf("%s: task %d passed a breakpoint at %s without stopping: it is called by %s, and inside a library function a task can't stop",
			title(e.Debugger.Service()), e.Task.ID, visible.Line(e.Where.String()), visible.Line(cmp.Or(e.Inside, "a library"))))
	}
}

// stopped tells that a task stands.
func (s *session) stopped(e inspect.GroupEvent) {
	svc := e.Debugger.Service()
	others := slices.ContainsFunc(s.threads.ofService(svc.Address()), func(th *thread) bool { return th.stop != nil })
	th, fresh := s.threads.get(threadKey{svc.Address(), e.Task.ID})
	th.d, th.stop, th.name = e.Debugger, &e.Event, "task "+strconv.FormatUint(e.Task.ID, 10)
	if e.Task.Handling != "" {
		th.name += " " + visible.Quote(e.Task.Handling)
	}
	th.name += " of " + title(svc)
	s.focus = e.Debugger
	if fresh {
		s.send(&dap.ThreadEvent{Body: dap.ThreadEventBody{Reason: "started", ThreadId: th.id}})
	}
	if e.Note != "" {
		s.say("important", e.Note)
	}
	body := dap.StoppedEventBody{ThreadId: th.id, HitBreakpointIds: e.Breakpoints, PreserveFocusHint: others, Reason: s.reason(&e.Event)}
	if e.Error != nil {
		body.Text = visible.Text(*e.Error)
	}
	s.tellHeld()
	s.send(&dap.StoppedEvent{Body: body})
}

// reason gives the protocol's word for why a task stopped.
func (s *session) reason(e *inspect.Event) string {
	switch {
	case e.Error != nil:
		return "exception"
	case len(e.Breakpoints) > 0 && s.breakpoints.isFunction(e.Breakpoints[0]):
		return "function breakpoint"
	case strings.HasPrefix(e.Reason, "breakpoint"):
		return "breakpoint"
	}
	return e.Reason // step, pause
}

// serviceEnded drops what the client knows of a service that is gone.
func (s *session) serviceEnded(d *inspect.Debugger) {
	for _, th := range s.threads.ofService(addressOf(d)) {
		s.exited(th)
	}
	if s.focus == d {
		s.focus = nil
	}
	if th := s.threads.byKey[threadKey{address: addressOf(d)}]; th != nil {
		s.exited(th)
	}
	s.tellHeld()
}
