package inspect

import (
	"errors"
	"slices"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file runs a service's code from its beginning in a universe of its own: what
// the code consists of is seen there, and nothing that was there before is reached.

// program is the code that a service consists of.
type program struct {
	main  *vm.Code
	files map[string]*vm.Code // by path: modules, and what else is loaded from files
}

// runs tells whether a chunk is part of the program.
func (p *program) runs(code *vm.Code) bool {
	return p.main == code || p.files[strings.TrimPrefix(code.Proto().Source, "@")] == code
}

// world is what a program made in a universe of its own.
type world struct {
	*service.Registered
	svc      *service.Service
	program  program
	main     *vm.Closure
	results  []vm.Value // of the main chunk
	held     []vm.Value // functions for timers and forks, which the running service has its own of
	effects  []effect   // of loading files
	broken   map[string]error
	own      map[string]bool // modules that the main file and the start function loaded
	handlers *vm.Table
	// startErr is why the start function did not get to its end, waits the work
	// outside that it got to and would wait for.
	startErr error
	waits    string
	starting bool              // the start function runs, not the top of a file
	edited   map[*vm.Code]bool // chunks that are exchanged; nil: nothing is forgiven
	roots    []vm.Value
	closures []*vm.Closure // that were found; nil: not looked for, or they may be others now
	vars     map[*vm.Code]variables
}

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
		return task.Results(), nil
	case status == vm.StatusError:
		failure := r.svc.Explain(task.Failure())
		return nil, &CodeError{Text: failure.Error(), Traceback: failure.Traceback}
	}
	r.st.CloseTask(task)
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

const notTried = "%s cannot be run by a reload: it would act outside of the file; call it in the start function"

// forgiven tells whether code may go on without the results of what it does outside:
// that of a file which stays as it is has done it, and what it made of them is there.
func (w *world) forgiven(t *vm.Thread) bool {
	for level := 1; level < t.Depth(); level++ {
		if c, _ := t.Place(level); c != nil {
			return w.edited != nil && !w.edited[rootOf(c)] && true
		}
	}
	return false
}

// refuse meets work outside the machine: the start function ends there.
func (w *world) refuse(t *vm.Thread, what string) int {
	if !w.starting {
		if w.forgiven(t) {
			return 0
		}
		t.Errorf(notTried, what)
	}
	w.waits = lineIn(w.svc, t, 1) + ", " + what
	return t.Suspend(nil)
}

// act stands in for functions that do something outside: the running service has had
// their effects.
func (w *world) act(t *vm.Thread, what string, quiet bool) int {
	if !w.starting && !quiet && !w.forgiven(t) {
		t.Errorf(notTried, what)
	}
	for _, v := range t.Args(1) {
		if v.AsClosure() != nil {
			w.held = append(w.held, v)
		}
	}
	w.tell(what, t.Args(1))
	if !quiet || w.starting && !service.Loads(t) {
		return 0
	}
	return w.note(t, what)
}

// tell notes what code that is tried may read back.
func (w *world) tell(what string, args []vm.Value) {
	if len(args) == 0 {
		return
	}
	key, ok := vm.ToString(args[0])
	switch {
	case !ok:
	case what == "skynet.register":
		w.NoteName(key)
	case what == "skynet.setenv" && len(args) > 1:
		if text, ok := service.SettingText(args[1]); ok {
			w.NoteSetting(key, text)
		}
	}
}

// noteOwn notes the modules that are loaded.
func (w *world) noteOwn(loaded *vm.Table) {
	for _, e := range entriesOf(loaded) {
		if name, ok := e.key.AsString(); ok {
			w.own[name] = true
		}
	}
}

// whole tells whether the program was followed to its end.
func (w *world) whole() bool { return w.broken[""] == nil && w.startErr == nil && w.waits == "" }

func loadedModules(st *vm.State) *vm.Table { return st.Registry.GetString("_LOADED").AsTable() }

// loaded gives the modules of the world.
func (w *world) loaded() *vm.Table { return w.Universe().Registry().GetString("_LOADED").AsTable() }

// reached gives everything from which the world's objects are reached.
func (w *world) reached() []vm.Value {
	if w.roots == nil {
		w.roots = w.findRoots()
	}
	return w.roots
}

func (w *world) findRoots() []vm.Value {
	var roots []vm.Value
	w.Visit(func(v *vm.Value) { roots = append(roots, *v) })
	u := w.Universe()
	roots = append(roots, vm.TableValue(w.handlers), vm.TableValue(u.Globals()), vm.TableValue(u.Registry()))
	u.EachInstance(func(t *vm.Table) { roots = append(roots, vm.TableValue(t)) })
	for t := vm.Type(0); t < vm.Types; t++ {
		roots = append(roots, vm.TableValue(u.TypeMetatable(t)))
	}
	if w.main != nil {
		roots = append(roots, vm.ClosureValue(w.main))
	}
	roots = append(roots, w.held...)
	return append(roots, w.results...)
}

// functions gives the Lua functions that the world made.
func (w *world) functions() []*vm.Closure {
	if w.closures == nil {
		w.Universe().WalkMade(w.reached(), func(v vm.Value) {
			if c := v.AsClosure(); c != nil {
				w.closures = append(w.closures, c)
			}
		})
	}
	return w.closures
}

// variables gives the variables of the outermost blocks of files, by the code of their
// chunks.
func (w *world) variables() map[*vm.Code]variables {
	if w.vars == nil {
		w.vars = fileVariables(w.functions())
	}
	return w.vars
}

// dispatch gives the handlers of messages by the name of their protocol.
func (w *world) dispatch() map[string]vm.Value {
	handlers := map[string]vm.Value{}
	for _, p := range w.Protocols() {
		if p.Dispatch.IsFunction() {
			handlers[p.Name] = p.Dispatch
		}
	}
	return handlers
}

// allHandlers gives the handlers of messages and those that libraries hold, by
// what they are called in reports.
func (w *world) allHandlers() map[string]vm.Value {
	all := map[string]vm.Value{}
	for name, handler := range w.dispatch() {
		all["dispatch "+name] = handler
	}
	for _, e := range entriesOf(w.handlers) {
		name, _ := e.key.AsString()
		all[name] = e.value
	}
	hooks := w.Hooks()
	for name, handler := range map[string]vm.Value{
		"info_func": w.Info(), "filter": hooks.Filter,
		"dispatch_unknown_request": hooks.OnRequest, "dispatch_unknown_response": hooks.OnAnswer,
	} {
		if handler.IsFunction() {
			all[name] = handler
		}
	}
	return all
}

// startFunction gives what was given to skynet.start: what runs for it may begin with
// the functions of skynet.init.
func startFunction(v vm.Value) vm.Value {
	if g := v.AsGo(); g != nil && g.Upvalues() > 0 {
		return g.Upvalue(g.Upvalues() - 1)
	}
	return v
}

func entriesOf(t *vm.Table) []entry {
	var list []entry
	if t != nil {
		t.Entries(func(k, v vm.Value) bool { list = append(list, entry{k, v}); return true })
	}
	return list
}

// touched is entriesOf without what a template accounts for.
func touched(t *vm.Table) []entry {
	var list []entry
	if t != nil {
		t.Touched(func(k, v vm.Value) bool { list = append(list, entry{k, v}); return true })
	}
	return list
}

// eachTouched calls f for what touched gives. f may look into the table.
func eachTouched(t *vm.Table, f func(key, value vm.Value)) {
	switch {
	case t == nil:
	case t.Follows():
		for _, e := range touched(t) {
			f(e.key, e.value)
		}
	default:
		t.Touched(func(k, v vm.Value) bool { f(k, v); return true })
	}
}
