package host

import (
	"errors"

	"lunarium/runtime/recorded"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file asks the world what a task waits for, and has recordings hold the answers.

// Question is what a library asks of the world outside, on behalf of a task that waits for the answer.
type Question[T any] struct {
	What     string        // for people, as Await's
	Function string        // that asks, as http.request
	Argument func() string // what tells the question from others
	// Start prepares to ask the world, on the state's own thread, and may raise. What it gives is a
	// StartWork, with the answer in the place of what goes on.
	Start func(t *vm.Thread) func(finish func(T, error)) (cancel func())
	// Then goes on with the answer, on the state's own thread.
	Then func(t *vm.Thread, got T, err error) int
	// Write gives what a recording holds of an answer, and Read the answer that it holds; with an error
	// what else is known of it, or nil. Both run on the state's own thread. Read is false when nothing can
	// be made of it.
	Write func(got T, err error) recorded.Value
	Read  func(v recorded.Value, err error) (T, bool)
}

// Ask suspends the running task until the world has answered, or gives the recorded answer in the same way. Use:
// return host.Ask(t, …).
func Ask[T any](t *vm.Thread, q Question[T]) int {
	readings := ReadingsOf(t)
	if readings == nil || t.State().Isolated() {
		return q.ask(t, nil)
	}
	asked := &Asked{q.Function, q.Argument()}
	given := Reading{Function: asked.Function, Argument: asked.Argument, Asked: asked}
	if readings.Given(&given, t.Where(1)) {
		return q.give(t, &given)
	}
	return q.ask(t, func(got *recorded.Answer) {
		r := Reading{Function: asked.Function, Argument: asked.Argument, Asked: asked, None: got == nil}
		if got != nil {
			r.Text = got.String()
		}
		readings.Note(r)
	})
}

// ask asks the world. note, if it is not nil, is told when it is asked, with nil, and of its answer.
func (q *Question[T]) ask(t *vm.Thread, note func(*recorded.Answer)) int {
	if t.State().Isolated() {
		return Await(t, q.What, nil)
	}
	start := q.Start(t)
	if note != nil {
		note(nil)
	}
	return Await(t, q.What, func(finish func(func(*vm.Thread) int)) func() {
		return start(func(got T, err error) {
			finish(func(t *vm.Thread) int {
				if note != nil {
					note(q.written(got, err))
				}
				return q.Then(t, got, err)
			})
		})
	})
}

func (q *Question[T]) written(got T, err error) *recorded.Answer {
	a := &recorded.Answer{Value: q.Write(got, err)}
	if err != nil {
		a.Kind, a.Error = recorded.Failed, worded.Text(err)
	}
	return a
}

// give goes on with the answer of a recording, in the order of all of them. One that never came is waited for.
func (q *Question[T]) give(t *vm.Thread, given *Reading) int {
	a, err := recorded.Parse(given.Text)
	if err != nil {
		t.Errorf("the recorded answer of %s: %s", q.Function, err)
	}
	switch a.Kind {
	case recorded.Missing:
		return Watch(t, q.What, func(func(func(*vm.Thread) int)) func() { return nil })
	case recorded.Failed:
		err = errors.New(a.Error)
	}
	got, ok := q.Read(a.Value, err)
	if !ok {
		t.Errorf("%s can't have been answered so as it was recorded: %s", q.Function, given.Text)
	}
	then := func(t *vm.Thread) int { return q.Then(t, got, err) }
	return of(t.State()).AtRest(t, q.What, given.Rank, then)
}
