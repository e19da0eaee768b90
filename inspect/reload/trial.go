package reload

import (
	"errors"
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file runs a service's code from its beginning in a universe of its own: what
// the code consists of is seen there, and nothing that was there before is reached.

// try runs a program: its main file, then its start function, then the modules that
// the running service has loaded besides. extra runs last.
func (r *reload) try(p program, modules func(*world) []module, units []unit, extra func(*world) error) (*world, error) {
	r.loading = "the new text"
	if slices.ContainsFunc(units, func(u unit) bool { return p.runs(u.running) }) {
		r.loading = "the running text"
	}
	w := &world{svc: r.svc, program: p, broken: map[string]error{}, own: map[string]bool{}, edited: map[*vm.Code]bool{}}
	for _, u := range units {
		w.edited[u.running], w.edited[u.fresh] = true, true
	}
	isolation := &vm.Isolation{Refuse: w.refuse, Act: w.act}
	w.Registered = r.svc.Trial(isolation, p.files)
	w.handlers = r.st.NewTable(0, 0)
	isolation.Handlers = w.handlers
	leave, err := r.svc.Enter(w.Registered)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := r.runMain(w); err != nil {
		w.broken[""] = err
	}
	if r.ended != nil {
		return nil, r.ended
	}
	if start := r.svc.Start(); start.IsFunction() && w.broken[""] == nil {
		w.starting = true
		_, w.startErr = r.runAside(start)
		w.starting = false
	}
	w.NoteBegun()
	w.noteOwn(loadedModules(r.st))
	for _, m := range modules(w) {
		if loadedModules(r.st).GetString(m.name).Truth() {
			continue
		}
		if _, err := r.runAside(r.st.Globals.GetString("require"), vm.String(m.name)); err != nil {
			w.broken[m.name] = err
		}
	}
	if r.ended != nil {
		return nil, r.ended
	}
	if extra != nil {
		err = extra(w)
	}
	return w, err
}

func (r *reload) runMain(w *world) error {
	args := service.Strings(r.svc.Spec().Args...)
	if preload := r.svc.Preload(); preload.IsFunction() {
		if _, err := r.runAside(preload, args...); err != nil {
			return err
		}
	}
	main := r.st.NewClosure(w.program.main, vm.TableValue(r.st.Globals))
	w.main = main.AsClosure()
	results, err := r.runAside(main, args...)
	w.results = results
	return err
}

// runAside calls a function to its end in the universe that is entered. One that
// suspends itself has ended.
func (r *reload) runAside(fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
	if r.ended != nil {
		return nil, r.ended
	}
	task := r.svc.Try(fn, args...)
	status, err := r.svc.RunOut(r.ctx, task)
	switch {
	case err != nil:
		r.ended = r.late(err)
		return nil, r.ended
	case status == vm.StatusOK:
		return task.AsTask().Results(), nil
	case status == vm.StatusError:
		failure := r.svc.Explain(task.AsTask().Failure())
		return nil, &CodeError{Text: failure.Error(), Traceback: failure.Traceback}
	}
	task.AsTask().Close()
	return nil, nil
}

// late says which text was not loaded in time, and where it was.
func (r *reload) late(err error) error {
	late := &LateError{Text: r.loading, Err: err}
	var ended *service.EndedError
	if errors.As(err, &ended) {
		late.Traceback = ended.Task.Traceback
	}
	return late
}

// LateError says that the loading of a text took longer than the command may, and was
// ended; nothing was changed.
type LateError struct {
	Text      string // "the new text"
	Traceback string // of the code that was ended
	Err       error
}

func (e *LateError) Error() string { return "loading " + e.Text + " was ended: " + worded.Text(e.Err) }

// Unwrap gives why it was ended.
func (e *LateError) Unwrap() error { return e.Err }

// CodeError is a Lua error that a reload met.
type CodeError struct{ Text, Traceback string }

func (e *CodeError) Error() string { return e.Text }
