package debugger

import (
	"cmp"
	"context"
	"fmt"

	"lunarium/console/render"
	"lunarium/inspect/debug"
	"lunarium/runtime/visible"
)

// This file tells what has happened: stops, ends, and what background tasks wrote.

// follow tells about news while the prompt waits. With the virtual clock nothing
// happens meanwhile.
func (m *prompt) follow() {
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

// announce tells what has happened since the last time, and what became of background tasks.
func (m *prompt) announce(ctx context.Context) {
	m.tellNews(ctx)
	m.finishBackground(ctx)
}

// stopsTold is how many stops are told one by one; of more the rest is counted.
const stopsTold = 5

func (m *prompt) tellNews(ctx context.Context) {
	stops := 0
	for _, e := range m.d.News() {
		if ctx.Err() != nil {
			return
		}
		if m.operator.JSON {
			m.operator.Reply(e, "")
			continue
		}
		switch e.Kind {
		case debug.TaskStopped:
			if stops++; stops <= stopsTold {
				m.announceStop(ctx, e)
			}
		case debug.TasksPassed:
			m.operator.Println(m.operator.Paint(render.Warning, render.Plural(e.Count, "task", "tasks")+" passed breakpoints: as many stand as may"))
		case debug.TaskWaits:
			m.operator.Println(m.taskName(&e.Task) + " " + m.operator.Waiting(&e.Task))
		case debug.TaskEnded:
			m.operator.Println(m.taskName(&e.Task) + " has ended")
		case debug.TaskLogged:
			m.operator.Println(fmt.Sprintf("%s, %s: %s", m.operator.Paint(render.Note, e.Reason), m.taskName(&e.Task), visible.Line(e.Text)))
		case debug.LinesLeftOut:
			m.operator.Println(m.operator.Paint(render.Warning, render.Plural(e.Count, "line", "lines")+" of logging points left out; break counts them"))
		case debug.TaskMissed:
			m.operator.Println(m.operator.Paint(render.Warning, missedText(&e)))
		}
	}
	if more := stops - stopsTold; more > 0 && !m.operator.JSON {
		m.operator.Println(m.operator.Paint(render.Warning, render.Plural(more, "more task stands", "more tasks stand")+`, too; "task" lists them`))
	}
}

// missedText explains why a task did not stop at a breakpoint.
func missedText(e *debug.Event) string {
	return visible.Line(fmt.Sprintf("%s: task %d passed %s without stopping: it is called by %s, and inside a library function a task can't stop",
		e.Reason, e.Task.ID, &e.Where, cmp.Or(e.Inside, "a library")))
}

// announceStop shows where a task stopped, unless another one is looked at.
func (m *prompt) announceStop(ctx context.Context, e debug.Event) {
	if e.Note != "" {
		m.operator.Println(m.operator.Paint(render.Warning, visible.Text(e.Note)))
	}
	standing, err := m.d.Standing(ctx)
	if err != nil || len(standing) == 0 || standing[0].Task.ID != e.Task.ID {
		m.operator.Println(fmt.Sprintf("%s stands, too: %s; \"task %d\" looks at it", m.taskName(&e.Task), visible.Line(e.Where.String()), e.Task.ID))
		return
	}
	m.lookAt(e.Frame)
	m.show(ctx, e)
}

// finishBackground shows what the commands that are done wrote, and notes which ones
// wait.
func (m *prompt) finishBackground(ctx context.Context) {
	if len(m.background) == 0 {
		return
	}
	ctx, cancel := m.operator.Timed(ctx)
	defer cancel()
	m.operator.Settle(ctx)
	waiting := m.background[:0]
	for _, e := range m.background {
		if !e.session.Rest(ctx, e.done) {
			e.late = true
			waiting = append(waiting, e)
			continue
		}
		if e.late {
			m.operator.Reply(map[string]string{"answer_to": e.line}, m.operator.Paint(render.Note, "answer to "+e.line))
		}
		if text := e.text(); text != "" {
			m.operator.Println(text)
		}
	}
	m.background = waiting
}
