package inspect

import (
	"context"
	"fmt"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// world is what a chunk made when it ran in recording mode: nothing outside
// the tables and closures that it made has changed.
type world struct {
	main     *vm.Closure
	code     *vm.Code
	env      *vm.Table // the globals that the chunk wrote
	start    vm.Value
	info     vm.Value
	dispatch map[string]vm.Value  // handlers by the name of their protocol
	classes  map[string]*vm.Table // what register_protocol was given
	handlers *vm.Table            // what libraries were given to call: vm.State.Hold
	results  []vm.Value
	required map[string][]entry // what was added to _LOADED and _CHUNKS of the registry
	held     []vm.Value         // functions for timers and forks, which the running service has its own of
	startErr error              // why the start function did not get to its end
	waits    string             // the work outside that it got to and would wait for
}

// recorder runs code in a state with the functions that have effects replaced.
type recorder struct {
	ctx      context.Context
	svc      *service.Service
	st       *vm.State
	world    *world
	starting bool // the start function runs, not the top of the file
	undo     []func()
	original map[any]vm.Value // by the identity of what stands in for it
}

// Functions of skynet that nothing outside the service notices, so that they
// may run as they are.
var harmless = wordSet(`now time starttime hpc self address harbor localname query pack packstring unpack
	tostring trash getenv stat mqlen endless info_function task uniqtask pcall context genid`)

// Functions of skynet that a running service has called already: a reload
// passes over them.
var passedOver = wordSet(`send rawsend redirect ret retpack ignoreret timeout fork wakeup cancel killthread register
	name setenv onfull error trace traceproto trace_timeout memlimit kill abort term dispatch_unknown_request
	dispatch_unknown_response`)

// Library functions with effects outside the service.
var outside = map[string]map[string]bool{
	"os":  wordSet("exit remove rename execute tmpname"),
	"io":  wordSet("popen output write tmpfile"),
	"lfs": wordSet("mkdir rmdir chdir"),
}

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// record runs the chunk of a file with its arguments, and then the start
// function that it registered. Meanwhile modules are what require gives for
// their names.
func (r *reload) record(code *vm.Code, args []vm.Value, modules map[string]vm.Value) (*world, error) {
	rec := newRecorder(r.ctx, r.svc, r.st)
	defer rec.restore()
	rec.offer(modules)
	w := rec.world
	env, meta := r.st.NewTable(0, 0), r.st.NewTable(0, 1)
	meta.SetString("__index", vm.TableValue(r.st.Globals))
	r.st.SetMetatable(env, meta)
	w.env, w.code = env, code
	main := r.st.NewClosure(code, vm.TableValue(env))
	w.main = main.AsClosure()
	results, err := rec.run(main, args...)
	if err != nil {
		return nil, err
	}
	w.results = results
	if w.start.IsFunction() {
		rec.starting = true
		_, w.startErr = rec.run(w.start)
	}
	rec.giveBack()
	return w, nil
}

func newRecorder(ctx context.Context, svc *service.Service, st *vm.State) *recorder {
	r := &recorder{ctx: ctx, svc: svc, st: st, original: map[any]vm.Value{}, world: &world{
		start: vm.Nil, info: vm.Nil, dispatch: map[string]vm.Value{}, classes: map[string]*vm.Table{},
		required: map[string][]entry{}, handlers: st.NewTable(0, 0),
	}}
	r.keepModules("_LOADED")
	r.keepModules("_CHUNKS")
	r.standIn()
	r.undo = append(r.undo, st.Isolate(r.world.handlers, r.refuse))
	return r
}

// keepModules takes out of a table of the registry, when recording ends, what
// require added meanwhile.
func (r *recorder) keepModules(list string) {
	before := map[string]bool{}
	for _, e := range registered(r.st, list) {
		name, _ := e.key.AsString()
		before[name] = true
	}
	r.undo = append(r.undo, func() {
		for _, e := range registered(r.st, list) {
			if name, _ := e.key.AsString(); !before[name] {
				r.world.required[list] = append(r.world.required[list], e)
				r.st.Registry.GetString(list).AsTable().Set(e.key, vm.Nil)
			}
		}
	})
}

// offer lets require give other modules than those that are loaded.
func (r *recorder) offer(modules map[string]vm.Value) {
	loaded := r.st.Registry.GetString("_LOADED").AsTable()
	for name, module := range modules {
		before := loaded.GetString(name)
		loaded.SetString(name, module)
		r.undo = append(r.undo, func() { loaded.SetString(name, before) })
	}
}

// registered gives the entries of a table of the registry that may be missing.
func registered(st *vm.State, list string) []entry {
	if t := st.Registry.GetString(list).AsTable(); t != nil {
		return entriesOf(t)
	}
	return nil
}

// standIn replaces the functions that have effects.
func (r *recorder) standIn() {
	loaded := r.st.Registry.GetString("_LOADED").AsTable()
	if loaded == nil {
		return
	}
	if skynet := loaded.GetString("skynet").AsTable(); skynet != nil {
		special := r.special()
		for _, e := range entriesOf(skynet) {
			name, ok := e.key.AsString()
			if !ok || !e.value.IsFunction() || harmless[name] {
				continue
			}
			run := special[name]
			if run == nil {
				run = r.barred("skynet."+name, passedOver[name])
			}
			r.replace(skynet, name, run)
		}
	}
	for library, names := range outside {
		if table := loaded.GetString(library).AsTable(); table != nil {
			for name := range names {
				r.replace(table, name, r.barred(library+"."+name, name == "write"))
			}
		}
	}
	if files := loaded.GetString("io").AsTable(); files != nil {
		r.readOnly(files)
	}
	r.replace(r.st.Globals, "print", func(*vm.Thread) int { return 0 })
}

// readOnly lets io.open open files for reading only.
func (r *recorder) readOnly(files *vm.Table) {
	open := files.GetString("open")
	bar := r.barred("io.open for writing", false)
	r.replace(files, "open", func(t *vm.Thread) int {
		if mode, _ := t.Arg(2).AsString(); strings.ContainsAny(mode, "wa+") {
			return bar(t)
		}
		return t.CallThen(open, t.Args(1), nil)
	})
}

func (r *recorder) replace(table *vm.Table, name string, run func(*vm.Thread) int) {
	before := table.GetString(name)
	if before.IsNil() {
		return
	}
	stand := r.st.NewFunction(name, run)
	r.original[stand.Identity()] = before
	table.SetString(name, stand)
	r.undo = append(r.undo, func() { table.SetString(name, before) })
}

// refuse meets work outside the machine: the start function ends there.
func (r *recorder) refuse(t *vm.Thread, what string) int {
	if !r.starting {
		t.Errorf("%s cannot be run by a reload: it would act outside of the file; call it in the start function", what)
	}
	r.world.waits = strings.TrimSuffix(t.Where(1), ": ") + ", " + what
	return t.Suspend(nil)
}

// restore puts everything back that recording replaced.
func (r *recorder) restore() {
	for i := len(r.undo) - 1; i >= 0; i-- {
		r.undo[i]()
	}
	r.undo = nil
}

// barred makes a function that does nothing in the start function, whose
// effects the running service has had, and that cannot be run above it unless
// quiet.
func (r *recorder) barred(name string, quiet bool) func(*vm.Thread) int {
	return func(t *vm.Thread) int {
		if !r.starting && !quiet {
			t.Errorf("%s cannot be run by a reload: it would act outside of the file; call it in the start function", name)
		}
		for _, v := range t.Args(1) {
			if v.AsClosure() != nil {
				r.world.held = append(r.world.held, v)
			}
		}
		return 0
	}
}

// special are the functions that say what the service consists of.
func (r *recorder) special() map[string]func(*vm.Thread) int {
	return map[string]func(*vm.Thread) int{
		"start": func(t *vm.Thread) int { r.world.start = t.CheckFunction(1); return 0 },
		"forward_type": func(t *vm.Thread) int {
			t.CheckTable(1)
			r.world.start = t.CheckFunction(2)
			return 0
		},
		"init":              r.barred("skynet.init", true),
		"exit":              func(t *vm.Thread) int { return t.Suspend(nil) },
		"info_func":         func(t *vm.Thread) int { r.world.info = t.CheckFunction(1); return 0 },
		"dispatch":          r.dispatch,
		"register_protocol": r.registerProtocol,
	}
}

func (r *recorder) dispatch(t *vm.Thread) int {
	name, _ := t.Arg(1).AsString()
	if id, ok := t.Arg(1).AsNumber(); ok {
		if p := r.svc.Protocol(service.Type(id)); p != nil {
			name = p.Name
		}
	}
	if r.svc.ProtocolByName(name) == nil && r.world.classes[name] == nil {
		t.Errorf("no protocol %s", vm.ErrorText(t.Arg(1)))
	}
	if t.Arg(2).IsNil() {
		return t.Return(vm.Nil)
	}
	r.world.dispatch[name] = t.CheckFunction(2)
	return 0
}

func (r *recorder) registerProtocol(t *vm.Thread) int {
	class := t.CheckTable(1)
	name, ok := class.GetString("name").AsString()
	if !ok {
		t.ArgError(1, "the protocol's name must be a string")
	}
	r.world.classes[name] = class
	if handler := class.GetString("dispatch"); handler.IsFunction() {
		r.world.dispatch[name] = handler
	}
	return 0
}

// run calls a function to its end. One that suspends itself has ended.
func (r *recorder) run(fn vm.Value, args ...vm.Value) ([]vm.Value, error) {
	task := r.st.NewTask(fn, args...)
	stop := context.AfterFunc(r.ctx, func() { r.st.Interrupt(vm.InterruptPreempt) })
	defer func() {
		if !stop() {
			r.st.ClearInterrupt(vm.InterruptPreempt)
		}
	}()
	for {
		switch r.st.Resume(task) {
		case vm.StatusOK:
			return task.Results(), nil
		case vm.StatusSuspended:
			r.st.CloseTask(task)
			return nil, nil
		case vm.StatusError:
			return nil, &CodeError{Text: task.Failure().Error(), Traceback: task.Failure().Traceback}
		}
		if err := r.ctx.Err(); err != nil {
			r.st.CloseTask(task)
			return nil, fmt.Errorf("the code did not come to its end: %w", err)
		}
	}
}

// CodeError is a Lua error that a reload met.
type CodeError struct{ Text, Traceback string }

func (e *CodeError) Error() string { return e.Text }

// giveBack puts the originals where the recorded code holds their stand-ins.
func (r *recorder) giveBack() {
	r.restore()
	substitute(r.st, r.world.roots(), func(v vm.Value) (vm.Value, bool) {
		original, ok := r.original[any(v.Identity())]
		return original, ok && v.AsGo() != nil
	})
}

// roots gives everything that the recorded code made.
func (w *world) roots() []vm.Value {
	roots := []vm.Value{w.start, w.info, vm.ClosureValue(w.main), vm.TableValue(w.env), vm.TableValue(w.handlers)}
	for _, handler := range w.dispatch {
		roots = append(roots, handler)
	}
	for _, class := range w.classes {
		roots = append(roots, vm.TableValue(class))
	}
	roots = append(append(roots, w.held...), w.results...)
	for _, list := range w.required {
		for _, e := range list {
			roots = append(roots, e.value)
		}
	}
	return roots
}

// allHandlers gives the handlers of messages and those that libraries hold, by
// what they are called in reports.
func (w *world) allHandlers() map[string]vm.Value {
	all := map[string]vm.Value{}
	for name, handler := range w.dispatch {
		all["dispatch "+name] = handler
	}
	for _, e := range entriesOf(w.handlers) {
		name, _ := e.key.AsString()
		all[name] = e.value
	}
	return all
}

func entriesOf(t *vm.Table) []entry {
	var list []entry
	t.Entries(func(k, v vm.Value) bool { list = append(list, entry{k, v}); return true })
	return list
}
