package service

import "lunarium/runtime/vm"

// This file holds the texts of errors whose values are none.

const (
	// textPolls is how many polls of the machine the __tostring of an error may take,
	// about 10 ms.
	textPolls = 200
	// mostErrorText is how much of its text is shown.
	mostErrorText = 4096
)

var explainFunction = vm.SharedFunction("service", "error text", func(t *vm.Thread) int {
	return t.Return(textOf(t, t.Arg(1)))
})

// explain gives an error whose value is no string the text that its __tostring makes of
// it; all that shows errors shows that. It stays as it is where that function fails,
// waits, takes too long or gives no string. Own thread, while no task runs or inside Do.
func (s *core) explain(e *vm.Error) *vm.Error {
	if textHandler(s.state, e.Value).IsNil() {
		return e
	}
	aside, before := s.debug.aside, s.effort
	s.debug.aside, s.effort = true, effort{}
	defer func() { s.debug.aside, s.effort = aside, before }()
	thread := s.makeTask(TaskBody, explainFunction, e.Value).thread
	if thread.AsTask().Resume() == vm.StatusOK {
		explained(e, thread.AsTask().Results()[0])
	}
	return e
}

// Explain gives an error the text that people are shown; while no task runs.
func (s Self) Explain(e *vm.Error) *vm.Error { return s.explain(e) }

// ExplainIn is explain in a Go function that a task has called.
func ExplainIn(t *vm.Thread, e *vm.Error) *vm.Error {
	explained(e, textOf(t, e.Value))
	return e
}

func explained(e *vm.Error, text vm.Value) {
	if s, ok := vm.ToString(text); ok {
		e.Text = cut(s, mostErrorText)
	}
}

// textOf gives what the __tostring of an error value gives, or nil.
func textOf(t *vm.Thread, v vm.Value) vm.Value {
	handler := textHandler(t.State(), v)
	if handler.IsNil() {
		return vm.Nil
	}
	text, failed := t.Debug().TryBriefly(textPolls, handler, v)
	if failed != nil {
		return vm.Nil
	}
	return text
}

// textHandler gives the __tostring of an error value that is no text itself, or nil.
func textHandler(st *vm.State, v vm.Value) vm.Value {
	if v.IsString() || v.IsNumber() {
		return vm.Nil
	}
	return st.MetaField(v, "__tostring")
}

// Try runs a function as a task of a trial, which is not among the service's own.
// It is suspended where it would wait. It must be closed when it has not ended.
func (s Reloading) Try(fn vm.Value, args ...vm.Value) *vm.Thread {
	return s.makeTask(TaskBody, fn, args...).thread
}
