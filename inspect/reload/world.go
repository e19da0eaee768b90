package reload

import (
	"strings"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds what a program makes in a universe of its own: its objects, its
// registrations, and the effects that it would have had.

// effect is a call that does something outside of the machine.
type effect struct {
	kit.Effect
	what string // "skynet.timeout"
	at   string // the line, "main.lua:3"
	args []vm.Value
	task *service.LoadTask // of a time-out or a fork
}

// program is the code that a service consists of.
type program struct {
	main  *vm.Code
	files map[string]*vm.Code // by path: modules, and what else is loaded from files
}

// world is what a program made in a universe of its own.
type world struct {
	*service.Registered
	svc      service.Reloading
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

const notTried = "%s cannot be run by a reload: it would act outside of the file; call it in the start function"

// note notes an effect, and gives what its caller gets.
func (w *world) note(t *vm.Thread, deed vm.Deed) int {
	e := effect{Effect: kit.EffectOf(deed), what: deed.Name, at: lineIn(w.svc, t, 1), args: t.Args(1)}
	fork, task := e.Effect == kit.Forks, 1
	if fork {
		task = 0
	}
	if (fork || e.Effect == kit.Delays) && len(e.args) > task && e.args[task].IsFunction() {
		ti, _ := e.args[0].AsNumber()
		e.task = w.svc.PrepareLoadTask(fork, int64(ti), e.at, e.args[task], e.args[task+1:]...)
		w.effects = append(w.effects, e)
		handle := vm.ThreadValue(e.task.Thread())
		w.held = append(w.held, handle)
		return t.Return(handle)
	}
	w.effects = append(w.effects, e)
	if e.Effect == kit.Registers || e.Effect == kit.Names {
		return t.Return(vm.True)
	}
	return 0
}

// runs tells whether a chunk is part of the program.
func (p *program) runs(code *vm.Code) bool {
	return p.main == code || p.files[strings.TrimPrefix(code.Proto().Source, "@")] == code
}

// forgiven tells whether code may go on without the results of what it does outside:
// that of a file which stays as it is has done it, and what it made of them is there.
func (w *world) forgiven(t *vm.Thread) bool {
	for level := 1; level < t.Debug().Depth(); level++ {
		if c, _ := t.Debug().Place(level); c != nil {
			return w.edited != nil && !w.edited[live.MainChunk(c)]
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
func (w *world) act(t *vm.Thread, deed vm.Deed) int {
	if !w.starting && !deed.Quiet && !w.forgiven(t) {
		t.Errorf(notTried, deed.Name)
	}
	for _, v := range t.Args(1) {
		if v.AsClosure() != nil {
			w.held = append(w.held, v)
		}
	}
	w.tell(kit.EffectOf(deed), t.Args(1))
	if !deed.Quiet || w.starting && !service.Loads(t) {
		return 0
	}
	return w.note(t, deed)
}

// tell notes what code that is tried may read back.
func (w *world) tell(what kit.Effect, args []vm.Value) {
	if len(args) == 0 {
		return
	}
	key, ok := vm.ToString(args[0])
	switch {
	case !ok:
	case what == kit.Registers:
		w.NoteName(key)
	case what == kit.Sets && len(args) > 1:
		if text, ok := service.SettingText(args[1]); ok {
			w.NoteSetting(key, text)
		}
	}
}

// noteOwn notes the modules that are loaded.
func (w *world) noteOwn(loaded *vm.Table) {
	for _, e := range entriesOf(loaded) {
		if name, ok := e.Key.AsString(); ok {
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
		name, _ := e.Key.AsString()
		all[name] = e.Value
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

func entriesOf(t *vm.Table) []live.Entry {
	var list []live.Entry
	if t != nil {
		t.Entries(func(k, v vm.Value) bool { list = append(list, live.Entry{Key: k, Value: v}); return true })
	}
	return list
}

// touched is entriesOf without what a template accounts for.
func touched(t *vm.Table) []live.Entry {
	var list []live.Entry
	if t != nil {
		t.Touched(func(k, v vm.Value) bool { list = append(list, live.Entry{Key: k, Value: v}); return true })
	}
	return list
}

// eachTouched calls f for what touched gives. f may look into the table.
func eachTouched(t *vm.Table, f func(key, value vm.Value)) {
	switch {
	case t == nil:
	case t.Follows():
		for _, e := range touched(t) {
			f(e.Key, e.Value)
		}
	default:
		t.Touched(func(k, v vm.Value) bool { f(k, v); return true })
	}
}
