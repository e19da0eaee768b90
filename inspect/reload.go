package inspect

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Change is what a reload did, or would do.
type Change struct {
	Service   string
	Version   int  // that runs now; of a dry run, that would
	DryRun    bool // nothing was installed
	Unchanged bool // the code is the one that runs

	NewFunctions, ChangedFunctions, RemovedFunctions, SameFunctions []string

	Kept, Added, Dropped []string // variables that are state
	Updated              []string // constants with the value of the new code
	Notes                []string
}

// Summary tells in a line what a version changed.
func (c *Change) Summary() string {
	var parts []string
	for _, list := range []struct {
		what  string
		names []string
	}{
		{"changed", c.ChangedFunctions}, {"new", c.NewFunctions}, {"removed", c.RemovedFunctions},
		{"updated", c.Updated}, {"state added", c.Added}, {"state dropped", c.Dropped},
	} {
		if len(list.names) > 0 {
			parts = append(parts, list.what+": "+strings.Join(list.names, ", "))
		}
	}
	if len(parts) == 0 {
		return "nothing but the text"
	}
	return strings.Join(parts, "; ")
}

// VersionInfo is one line of a service's history.
type VersionInfo struct {
	Number   int
	Current  bool
	Previous int
	At       time.Time
	Changes  string
}

// ErrNoPrevious says that there is nothing to undo.
var ErrNoPrevious = errors.New("there is no version before the one that runs")

// Versions lists the versions of a service's code, the oldest first.
func Versions(ctx context.Context, s *service.Service) (list []VersionInfo, err error) {
	err = s.Do(ctx, func(*vm.State) {
		versions, current := s.Versions()
		for _, v := range versions {
			changes := v.Changes
			if v.Number == 1 {
				changes = "as started"
			}
			list = append(list, VersionInfo{v.Number, v.Number == current, v.Previous, v.At, changes})
		}
	})
	return list, err
}

// Reload replaces a service's code by what its files hold now, and keeps its
// state: its main file and the modules that it loaded with require, or the
// implementation that it keeps in a variable. file, when it is not "", is the one
// to load. It is a transaction: on an error, and in a dry run, the service goes
// on as it was. Messages wait meanwhile.
func Reload(ctx context.Context, s *service.Service, file string, dry bool) (*Change, error) {
	if file == "" {
		code, err := s.CompileAgain()
		if err != nil {
			return nil, err
		}
		return reloading(ctx, s, dry, func(r *reload) error { return r.changedFiles(code) })
	}
	path, err := locateFile(s, file)
	if err != nil {
		return nil, err
	}
	return reloading(ctx, s, dry, func(r *reload) error { return r.named(path) })
}

// changedFiles reloads whatever files have changed; code is the main one as it
// is now.
func (r *reload) changedFiles(code *vm.Code) error {
	units, err := r.changedModules()
	if err != nil {
		return err
	}
	if code != r.svc.Code() {
		units = append(units, unit{"", r.svc.Code(), code})
	}
	if len(units) == 0 {
		return r.changedImpl()
	}
	return r.units(units)
}

// named reloads the file that the operator named: the service's own, a module's,
// an implementation's, or another version of the service's.
func (r *reload) named(path string) error {
	if sameFile(path, r.svc.Path()) {
		code, err := r.svc.CompileAgain()
		if err != nil {
			return err
		}
		if code == r.svc.Code() {
			return r.unchanged()
		}
		return r.units([]unit{{"", r.svc.Code(), code}})
	}
	if m, ok := r.moduleAt(path); ok {
		u, err := r.moduleUnit(m)
		if err != nil {
			return err
		}
		if sameText(u.running.Proto(), u.fresh.Proto()) {
			return r.unchanged()
		}
		return r.units([]unit{u})
	}
	code, err := r.svc.Node().CompileFile(path)
	if err != nil {
		return err
	}
	if _, _, ok := r.holder(); ok {
		return r.impl(code)
	}
	return r.units([]unit{{"", r.svc.Code(), code}})
}

// Undo goes back to the code of the version before, and keeps the state.
func Undo(ctx context.Context, s *service.Service) (*Change, error) {
	return reloading(ctx, s, false, func(r *reload) error {
		list, current := s.Versions()
		if list[current-1].Previous == 0 {
			return fmt.Errorf("%s runs version %d: %w", s.Base(), current, ErrNoPrevious)
		}
		r.target = list[list[current-1].Previous-1]
		if units := r.earlier(r.target); len(units) > 0 {
			return r.units(units)
		}
		return r.impl(r.target.Impl)
	})
}

// reload is one reload under way, on the service's own thread.
type reload struct {
	ctx    context.Context
	svc    *service.Service
	st     *vm.State
	dry    bool
	target service.Version // of an undo; its Number is 0 otherwise
	change *Change
}

func reloading(ctx context.Context, s *service.Service, dry bool, body func(*reload) error) (*Change, error) {
	if s.Status() == service.StatusStarting {
		return nil, fmt.Errorf("%s is still starting", s.Base())
	}
	change := &Change{Service: s.Name(), DryRun: dry}
	var failure error
	err := s.Do(ctx, func(st *vm.State) {
		defer st.SuspendCollector()() // new and old code are in Go's hands alone meanwhile
		failure = body(&reload{ctx: ctx, svc: s, st: st, dry: dry, change: change})
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return nil, err
	}
	return change, nil
}

// locateFile finds the file that an operator named: as it is, beside the
// service's own, or on the search path.
func locateFile(s *service.Service, file string) (string, error) {
	for _, path := range []string{file, filepath.Join(filepath.Dir(s.Path()), file)} {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	return s.Node().Find(file)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// roots gives the values from which the service's own code is reached: what
// its tasks and handlers hold, then its globals and the modules it loaded.
func (r *reload) roots() []vm.Value {
	list := r.svc.Roots()
	for _, e := range entriesOf(r.st.Globals) {
		list = append(list, e.value)
	}
	if loaded := r.st.Registry.GetString("_LOADED").AsTable(); loaded != nil {
		for _, e := range entriesOf(loaded) {
			list = append(list, e.value)
		}
	}
	return list
}

// handlers decides about the handlers of messages, the start and the info
// function. A handler that the new start function did not get to is an error.
func (r *reload) handlers(m *merger, fresh, began *world) error {
	if fresh.start.IsNil() && len(fresh.dispatch) == 0 && (r.svc.Start().IsFunction() || len(began.dispatch) > 0) {
		return fmt.Errorf("%s calls neither skynet.start nor skynet.dispatch, so that it cannot take the place of %s",
			BaseName(strings.TrimPrefix(fresh.code.Proto().Source, "@")), r.svc.Base())
	}
	for _, name := range sortedNames(began.dispatch) {
		if _, stays := fresh.dispatch[name]; stays || fresh.waits != "" {
			continue
		}
		if fresh.startErr != nil {
			return fmt.Errorf("the new start function sets no handler of %s messages: %w", name, fresh.startErr)
		}
		if p := r.svc.ProtocolByName(name); p != nil {
			m.steps = append(m.steps, func() { r.svc.ChangeProtocol(p.ID).Dispatch = vm.Nil })
		}
	}
	if fresh.startErr != nil {
		if len(fresh.dispatch) == 0 {
			return fmt.Errorf("the new start function sets no handler: %w", fresh.startErr)
		}
		r.change.Notes = append(r.change.Notes, "the start function could not be followed to its end: "+fresh.startErr.Error())
	}
	if fresh.waits != "" {
		r.change.Notes = append(r.change.Notes, "the start function was followed as far as "+fresh.waits+": handlers that it sets after that stay the old ones")
	}
	for _, name := range sortedNames(fresh.dispatch) {
		r.handler(m, name, fresh, began)
	}
	if after := fresh.start.AsClosure(); after != nil {
		if before := r.svc.Start().AsClosure(); before != nil {
			if ownText(before.Code().Proto()) != ownText(after.Code().Proto()) {
				r.change.Notes = append(r.change.Notes, "the start function has changed; it does not run again, only the handlers that it sets are taken over")
			}
			m.pair("start", before, began.start.AsClosure(), after)
		}
		m.steps = append(m.steps, func() { r.svc.SetStart(fresh.start) })
	}
	if fresh.info.IsFunction() {
		if before, after := r.svc.Info().AsClosure(), fresh.info.AsClosure(); before != nil && after != nil {
			m.pair("info", before, began.info.AsClosure(), after)
		}
		m.steps = append(m.steps, func() { r.svc.SetInfo(fresh.info) })
	}
	return nil
}

func (r *reload) handler(m *merger, name string, fresh, began *world) {
	handler, class := fresh.dispatch[name], fresh.classes[name]
	p := r.svc.ProtocolByName(name)
	if p == nil {
		m.steps = append(m.steps, func() { r.register(class, handler) })
		return
	}
	if before, after := p.Dispatch.AsClosure(), handler.AsClosure(); before != nil && after != nil {
		m.pair("dispatch", before, began.dispatch[name].AsClosure(), after)
	}
	m.steps = append(m.steps, func() {
		p := r.svc.ChangeProtocol(p.ID)
		p.Dispatch = handler
		if class != nil && !p.Unpack.IsNil() {
			p.Unpack = class.GetString("unpack")
		}
	})
}

// held decides about the handlers that libraries hold, such as those of HTTP
// requests. What the new code serves for the first time is not opened.
func (r *reload) held(m *merger, fresh, began *world) {
	for _, e := range entriesOf(fresh.handlers) {
		name, _ := e.key.AsString()
		running := r.st.Held(name)
		if running.IsNil() {
			r.change.Notes = append(r.change.Notes, name+" is not open; it will be when the service is started again")
			continue
		}
		m.put(r.st.HeldTable(), e.key, m.choose(name, running, began.handlers.Get(e.key), e.value))
	}
}

// register adds a protocol that only the new code has.
func (r *reload) register(class *vm.Table, handler vm.Value) {
	class.SetString("dispatch", handler)
	skynet := r.st.Registry.GetString("_LOADED").AsTable().GetString("skynet").AsTable()
	task := r.st.NewTask(skynet.GetString("register_protocol"), vm.TableValue(class))
	if r.st.Resume(task) == vm.StatusError {
		r.change.Notes = append(r.change.Notes, task.Failure().Error())
	}
}

// finish installs what was computed, unless it is a dry run, and numbers it.
func (r *reload) finish(install func() service.Version) {
	list, _ := r.svc.Versions()
	if r.dry {
		r.change.Version = len(list) + 1
		return
	}
	v := install()
	if r.target.Number != 0 {
		v = r.target
	}
	v.Changes = r.change.Summary()
	r.change.Version = r.svc.Install(v)
}

// compare lists functions by what became of them.
func (c *Change) compare(before, after map[string]string) {
	for _, name := range sortedNames(after) {
		old, known := before[name]
		switch {
		case !known:
			c.NewFunctions = append(c.NewFunctions, name)
		case old != after[name]:
			c.ChangedFunctions = append(c.ChangedFunctions, name)
		default:
			c.SameFunctions = append(c.SameFunctions, name)
		}
	}
	for _, name := range sortedNames(before) {
		if _, stays := after[name]; !stays {
			c.RemovedFunctions = append(c.RemovedFunctions, name)
		}
	}
}
