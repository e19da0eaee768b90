package debugger

import (
	"context"
	"strings"
	"time"

	"lunarium/console"
)

// This file runs commands in the background of the debugger's prompt.

// backgroundTask is a command that the debugger's prompt has set going: it may wait for a
// task that stands, so it has a session of its own, and what it writes is shown
// when it is done.
type backgroundTask struct {
	session *console.Session
	line    string
	late    bool // the prompt came back before it was done
	out     console.Collected
	done    chan struct{}
	cancel  context.CancelFunc
}

// patience is how long a background task may wait for a service: while a task stands,
// its caller has to wait.
const patience = time.Hour

func startBackground(o *console.Operator, line string) *backgroundTask {
	ctx, cancel := context.WithCancel(context.Background())
	e := &backgroundTask{line: line, done: make(chan struct{}), cancel: cancel}
	e.session = o.Aside(console.NewScreen(&e.out), patience)
	go func() {
		defer close(e.done)
		defer cancel()
		e.session.Execute(ctx, line)
		e.session.Close()
	}()
	return e
}

// text is what the task wrote.
func (e *backgroundTask) text() string { return strings.TrimRight(e.out.Take(), "\n") }
