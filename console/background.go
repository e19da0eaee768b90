package console

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"lunarium/console/render"
)

// This file runs commands in the background of the debugger's prompt.

// backgroundTask is a command that the debugger's prompt has set going: it may wait for a
// task that stands, so it has a session of its own, and what it writes is shown
// when it is done.
type backgroundTask struct {
	session *Session
	line    string
	late    bool // the prompt came back before it was done
	out     errandOutput
	done    chan struct{}
	cancel  context.CancelFunc
}

type errandOutput struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *errandOutput) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

// errandLimit is how long an errand may wait for a service: while a task stands,
// its caller has to wait.
const errandLimit = time.Hour

func (s *Session) startErrand(line string) *backgroundTask {
	ctx, cancel := context.WithCancel(context.Background())
	e := &backgroundTask{line: line, done: make(chan struct{}), cancel: cancel}
	options := s.Options
	options.Screen = NewScreen(&e.out)
	options.Untimed = s.Untimed || s.paced()
	e.session = newSession(s.node, options, s.table)
	e.session.aliases, e.session.limit = s.aliases, errandLimit
	go func() {
		defer close(e.done)
		defer cancel()
		e.session.Execute(ctx, line)
		e.session.Close()
	}()
	return e
}

// text is what the errand wrote.
func (e *backgroundTask) text() string {
	e.out.mu.Lock()
	defer e.out.mu.Unlock()
	return strings.TrimRight(e.out.buf.String(), "\n")
}

// send runs a command of the console from the debugger's prompt.
func (m *debugPrompt) send(ctx context.Context, line string) error {
	if name, _ := cutWord(line); name != "" {
		if c, err := m.session.table.Find(name); err == nil && (c.Name == "debug" || c.Name == "lua" || c.Name == "quit") {
			return fmt.Errorf("%s needs the prompt; leave the debugger first", c.Name)
		}
	}
	e := m.session.startErrand(line)
	m.background = append(m.background, e)
	ctx, cancel := m.session.timed(ctx)
	defer cancel()
	for {
		select {
		case <-e.done:
			return nil
		case <-m.d.Changed():
			m.tellNews(ctx)
			if standing, err := m.d.Standing(ctx); err != nil || len(standing) > 0 {
				return nil
			}
		case <-m.service.Gone():
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// finishBackground shows what the commands that are done wrote, and notes which ones
// wait.
func (m *debugPrompt) finishBackground(ctx context.Context) {
	if len(m.background) == 0 {
		return
	}
	ctx, cancel := m.session.timed(ctx)
	defer cancel()
	m.session.settle(ctx)
	waiting := m.background[:0]
	for _, e := range m.background {
		if !e.session.Rest(ctx, e.done) {
			e.late = true
			waiting = append(waiting, e)
			continue
		}
		if e.late {
			m.session.reply(map[string]string{"answer_to": e.line}, m.session.paint(render.Note, "answer to "+e.line))
		}
		if text := e.text(); text != "" {
			m.session.println(text)
		}
	}
	m.background = waiting
}
