package console

import (
	"context"
	"errors"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file words what kept a command from its end.

// EndedError says in the command's own words what did not come to its end.
type EndedError struct {
	Text string
	Err  error
}

func (e *EndedError) Error() string { return e.Text }

func (e *EndedError) Unwrap() error { return e.Err }

// report shows why a command failed.
func (o *Operator) report(err error) {
	text := o.ErrorText(err)
	if o.JSON {
		encoded, encodeErr := render.JSON(map[string]string{"error": text}, o.Hidden())
		if encodeErr == nil {
			o.printAsIs(encoded)
			return
		}
	}
	o.Println(text)
}

func (o *Operator) ErrorText(err error) string {
	var failure *message.Failure
	if errors.As(err, &failure) {
		return o.failureText(failure)
	}
	var silent *noAnswerError
	if errors.As(err, &silent) {
		return o.Paint(render.Error, silent.Error()) + "\n" + o.Paint(render.Note, silent.advice())
	}
	var restless *service.RestlessError
	if errors.As(err, &restless) {
		return o.unrestText(restless)
	}
	var ended *EndedError
	if errors.As(err, &ended) {
		return o.Paint(render.Error, visible.Text(err.Error()))
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return o.Paint(render.Error, visible.Text(LateText(err, o.limit)))
	}
	if errors.Is(err, context.Canceled) {
		return o.Paint(render.Warning, "interrupted")
	}
	return o.Paint(render.Error, visible.Text(worded.Text(err)))
}

// LateText says what was not done by a limit.
func LateText(err error, limit time.Duration) string {
	return "no answer within " + render.Duration(limit) + ": " + strings.TrimSuffix(worded.Text(err), ": "+worded.Text(context.DeadlineExceeded))
}

// failureText shows a failed call: who failed at what, the error with its
// traceback, and what it was caused by.
func (o *Operator) failureText(f *message.Failure) string {
	var b strings.Builder
	for i, link := range f.Chain() {
		head := "error in "
		if i > 0 {
			head = "because of "
		}
		if !errors.Is(link, message.ErrRaised) && !errors.Is(link, message.ErrStart) && i == 0 && link.Traceback == "" {
			b.WriteString(o.Paint(render.Error, visible.Text(link.Text)) + "\n")
			continue
		}
		b.WriteString(o.Paint(render.Error, head+link.Where()) + "\n")
		for _, line := range strings.Split(link.Text, "\n") {
			b.WriteString("  " + visible.Text(line) + "\n")
		}
		WriteStack(&b, link.Traceback)
	}
	return strings.TrimRight(b.String(), "\n")
}

// tellUnrest tells, once, that the node does not come to rest after a line; told: the
// line's reply said so.
func (o *Operator) tellUnrest(rest error, told bool) {
	var restless *service.RestlessError
	if !errors.As(rest, &restless) {
		o.unrest = o.unrest && rest != nil
		return
	}
	if !told && !o.unrest {
		o.report(restless)
	}
	o.unrest = true
}

// unrestText says that the node does not come to rest, and what to do about it.
func (o *Operator) unrestText(err *service.RestlessError) string {
	return o.Paint(render.Error, worded.Text(err)) + "\n" + o.Paint(render.Note, o.unrestAdvice(err))
}
