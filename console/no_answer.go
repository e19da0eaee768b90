package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/inspect/waits"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file tells what a service that does not answer is doing, and what helps.

// noAnswerError is a service that did not answer, with what it is doing instead.
type noAnswerError struct {
	err   error
	limit time.Duration
	code  string // what became of code that was waited for; "": nothing
	typed string // names the service
	// restless is what to do about a node that does not come to rest; "": it does.
	restless string
	untie    string // the command that ends the deadlock which is the cause; "": there is none
	busy     string // names the service at the end of the chain that runs on and on; "": there is none
	doing    []string
}

func (e *noAnswerError) Unwrap() error { return e.err }

func (e *noAnswerError) Error() string {
	text := worded.Text(e.err)
	if errors.Is(e.err, context.DeadlineExceeded) {
		text = "no answer within " + render.Duration(e.limit)
	}
	if e.code != "" {
		text += "; the code " + e.code
	}
	for _, line := range e.doing {
		text += "\n  " + line
	}
	return text
}

// errBusy reports a service that runs on and on.
var errBusy = errors.New("it is busy")

// tasksNamed bounds the tasks that an unanswered command lists.
const tasksNamed = 3

// NoAnswer adds what a service is doing to the error of a command that it
// did not answer.
func (o *Operator) NoAnswer(svc *service.Service, err error) error {
	return o.NoAnswerWithin(svc, err, o.limit)
}

// NoAnswerWithin is NoAnswer for what had another limit than the session's commands.
func (o *Operator) NoAnswerWithin(svc *service.Service, err error, limit time.Duration) error {
	late := errors.Is(err, context.DeadlineExceeded)
	if !late && !errors.Is(err, message.ErrStandsStill) && !errors.Is(err, service.ErrRestless) {
		return err
	}
	e := &noAnswerError{err: err, limit: limit, typed: Typed(svc)}
	if restless := (*service.RestlessError)(nil); errors.As(err, &restless) {
		e.restless = o.unrestAdvice(restless)
	}
	if code := (*service.EndedError)(nil); errors.As(err, &code) {
		e.code = "was ended"
		e.doing = []string{Title(svc) + ": " + o.TaskText(code.Task)}
		if chain := o.follow(func(ctx context.Context) []waits.Waiter {
			return waits.ChainOfTask(ctx, o.node, svc.Address(), code.Task)
		}); len(chain) > 1 {
			o.explain(e, chain, "-> ")
		}
		return e
	}
	if svc.Status() == service.StatusBusy && !late {
		e.err = fmt.Errorf("%s did not answer: %w", Title(svc), errBusy)
	}
	if never := (*service.NotBegunError)(nil); errors.As(err, &never) {
		e.code = "did not begin, and will not"
	} else if asked := (*service.NoAnswerError)(nil); errors.As(err, &asked) && asked.Session > 0 {
		chain := o.follow(func(ctx context.Context) []waits.Waiter {
			return waits.Chain(ctx, o.node, service.ClientCall{Client: asked.Source, Name: o.node.NameOf(asked.Source), Session: asked.Session, Dest: asked.Dest})
		})
		o.explain(e, chain, "")
		if chain[len(chain)-1].Kind != waits.Mailbox || len(chain) > 2 {
			return e
		}
	}
	ctx, cancel := o.Within(context.Background(), followTime)
	defer cancel()
	infos, taskErr := svc.Tasks(ctx)
	if taskErr != nil {
		e.doing = []string{Title(svc) + " is " + string(svc.Status())}
		return e
	}
	infos = toFront(infos, func(t *service.TaskInfo) bool { return t.Running })
	for i := range infos {
		if i == tasksNamed {
			e.doing = append(e.doing, fmt.Sprintf("… %s more", render.Count(len(infos)-i)))
			break
		}
		e.doing = append(e.doing, Title(svc)+": "+o.taskLine(&infos[i]))
	}
	return e
}

// followTime bounds how long it takes to say why there is no answer.
const followTime = time.Second

// follow finds whom a wait was for.
func (o *Operator) follow(chain func(context.Context) []waits.Waiter) []waits.Waiter {
	ctx, cancel := o.Within(context.Background(), followTime)
	defer cancel()
	return chain(ctx)
}

// linksNamed bounds the waiters of a chain that an unanswered command lists.
const linksNamed = 12

// chainLines tells whom a wait was for: each on a line, behind its first, begin being what
// stands before the second. A long chain is cut, but for its end.
func chainLines(o *Operator, chain []waits.Waiter, begin string) []string {
	var lines []string
	last := len(chain) - 1
	if back := chain[last].Next; back > 0 {
		lines = append(lines, o.Paint(render.Error, "deadlock: "+strings.Join(Round(chain[back:]), " -> ")))
	}
	for i := 1; i <= last; i++ {
		if i == linksNamed && last > linksNamed {
			lines = append(lines, fmt.Sprintf("… %s more", render.Count(last-i)))
			i = last
		}
		lines = append(lines, begin+o.Teller().WaiterText(&chain[i]))
		begin = "-> "
	}
	return lines
}

// explain adds to an error whom the wait was for, and what helps; begin stands before the
// first.
func (o *Operator) explain(e *noAnswerError, chain []waits.Waiter, begin string) {
	e.doing = append(e.doing, chainLines(o, chain, begin)...)
	if back := chain[len(chain)-1].Next; back > 0 {
		e.untie = o.Teller().Untying(chain[back:])
	}
	end := &chain[len(chain)-1]
	svc := o.node.Service(end.Address)
	if svc != nil && end.Kind == waits.Task && end.Task.Running && svc.Status() == service.StatusBusy {
		e.busy = Typed(svc)
	}
}

// toFront puts the first task of a kind before the others.
func toFront(tasks []service.TaskInfo, is func(*service.TaskInfo) bool) []service.TaskInfo {
	for i := range tasks {
		if is(&tasks[i]) {
			return slices.Concat(tasks[i:i+1], tasks[:i], tasks[i+1:])
		}
	}
	return tasks
}

// advice tells what to try after a service did not answer.
func (e *noAnswerError) advice() string {
	switch {
	case e.untie != "":
		return fmt.Sprintf(`"%s" ends the deadlock, with an error for the task's caller; "waits" shows who waits for it`, e.untie)
	case e.busy != "":
		return busyAdvice(e.busy)
	case errors.Is(e.err, message.ErrStandsStill):
		return fmt.Sprintf(`"clock next" moves the clock, "tasks %s" shows the stacks`, e.typed)
	case e.restless != "":
		return e.restless
	case errors.Is(e.err, errBusy):
		return busyAdvice(e.typed)
	case e.code != "":
		return e.patience()
	}
	return fmt.Sprintf(`see what it is doing with "tasks %s", `, e.typed) + e.patience()
}

// patience tells how to wait longer than the limit that has passed.
func (e *noAnswerError) patience() string {
	longer := max(30*time.Second, 2*e.limit)
	return fmt.Sprintf(`wait longer with "timeout %s"`, longer.Truncate(time.Second))
}

// busyAdvice tells what to do about a service that goes on and on.
func busyAdvice(typed string) string {
	return fmt.Sprintf(`"tasks %s" shows where it is, "kill %[1]s" ends it`, typed)
}

// unrestAdvice tells what to do about a node that does not come to rest.
func (o *Operator) unrestAdvice(err *service.RestlessError) string {
	if svc := o.node.Service(err.Address); svc != nil {
		return busyAdvice(Typed(svc))
	}
	return `"list" shows what is there now, and "supervise" what is started again, and how often`
}
