package inspect

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
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
	Differs              []string // what the service changed and the new text has otherwise: kept
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
			parts = append(parts, list.what+": "+someOf(list.names, mostNamed, ", "))
		}
	}
	if len(parts) == 0 {
		return "nothing but the text"
	}
	return strings.Join(parts, "; ")
}

// mostNamed is how many names of a kind a version's line has.
const mostNamed = 100

// someOf joins the first of texts, and tells how many there are beside them.
func someOf(texts []string, most int, between string) string {
	if left := len(texts) - most; left > 0 {
		return fmt.Sprintf("%s%s… %d more", strings.Join(texts[:most], between), between, left)
	}
	return strings.Join(texts, between)
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
	return reloading(ctx, s, dry, func(r *reload) error {
		path, err := r.fileNamed(file)
		if err != nil {
			return err
		}
		return r.named(path)
	})
}

// changedFiles reloads whatever files have changed; code is the main one as it
// is now.
func (r *reload) changedFiles(code *vm.Code) error {
	units, err := r.changedModules()
	if err != nil {
		return err
	}
	if code != r.svc.Code() {
		units = append(units, unit{running: r.svc.Code(), fresh: code})
	}
	units = append(units, r.changedOthers()...)
	if len(units) == 0 {
		return r.changedImpl()
	}
	return r.units(units)
}

// named reloads the file that the operator named: the service's own, a module's,
// an implementation's, or another version of the service's.
func (r *reload) named(path string) error {
	r.alone = true
	if sameFile(path, r.svc.Path()) {
		code, err := r.svc.CompileAgain()
		if err != nil {
			return err
		}
		if code == r.svc.Code() {
			return r.unchanged()
		}
		return r.units([]unit{{running: r.svc.Code(), fresh: code}})
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
	for loaded := range r.svc.Files() {
		if u, changed := r.otherUnit(loaded); changed && sameFile(path, loaded) {
			return r.units([]unit{u})
		}
	}
	code, err := r.svc.Node().Sources().CompileFile(path)
	if err != nil {
		return err
	}
	if _, _, ok := r.holder(); ok {
		return r.impl(code)
	}
	return r.units([]unit{{running: r.svc.Code(), fresh: code}})
}

// reload is one reload under way, on the service's own thread.
type reload struct {
	ctx       context.Context
	svc       *service.Service
	st        *vm.State
	dry       bool
	target    service.Version // of an undo; its Number is 0 otherwise
	change    *Change
	alone     bool // the operator named one file
	searching bool
	inOld     map[*vm.Thread]string // where tasks go on in old code
	places    []string              // these, in order
	loading   string                // which text is tried
	ended     error                 // that of code which was ended because it took too long
}

func (r *reload) note(format string, args ...any) {
	r.change.Notes = append(r.change.Notes, fmt.Sprintf(format, args...))
}

// versionsOwner is who holds, for the collector, what the versions of the code before keep.
const versionsOwner = "versions"

func reloading(ctx context.Context, s *service.Service, dry bool, body func(*reload) error) (*Change, error) {
	if s.Status() == service.StatusStarting {
		return nil, fmt.Errorf("%s is still starting", s.Handle())
	}
	change := &Change{Service: s.Name(), DryRun: dry}
	var failure error
	err := s.Do(ctx, func(st *vm.State) {
		defer st.SuspendCollector()() // new and old code are in Go's hands alone meanwhile
		defer st.LiftTrap()()
		r := &reload{ctx: ctx, svc: s, st: st, dry: dry, change: change, inOld: map[*vm.Thread]string{}}
		st.AddRoots(versionsOwner, r.visitVersions)
		failure = body(r)
		r.noteRunning()
	})
	if err == nil {
		err = failure
	}
	if err != nil {
		return nil, err
	}
	return change, nil
}

// aside leaves what the versions hold out of a search for what the service itself holds,
// until it is over.
func (r *reload) aside() (over func()) {
	r.searching = true
	return func() { r.searching = false }
}

// visitVersions names what the versions of the service hold.
func (r *reload) visitVersions(visit func(*vm.Value)) {
	if r.searching {
		return
	}
	versions, _ := r.svc.Versions()
	for _, v := range versions {
		if s := stepOf(v); s != nil {
			s.visit(func(v vm.Value) { visit(&v) })
		}
	}
}

// handlers merges what the code registered: the handlers of messages, the start and
// the info function, and those for messages that nobody is for. A handler that the new
// start function did not get to is an error.
func (r *reload) handlers(m *merger) error {
	fresh, dispatch := m.fresh, m.fresh.dispatch()
	if err := fresh.broken[""]; err != nil { // as in the old program: only modules are exchanged
		r.change.Notes = append(r.change.Notes, "the main file stays as it is, but cannot be tried: "+worded.Text(err))
		return nil
	}
	began := map[string]vm.Value{}
	if m.base != nil {
		began = m.base.dispatch()
	}
	if fresh.Start().IsNil() && len(dispatch) == 0 && (r.svc.Start().IsFunction() || len(began) > 0) {
		return fmt.Errorf("%s calls neither skynet.start nor skynet.dispatch, so that it cannot take the place of %s",
			fileName(r.svc, fresh.program.main.Proto().Source), r.svc.Base())
	}
	for _, name := range slices.Sorted(maps.Keys(began)) {
		if _, stays := dispatch[name]; stays || fresh.waits != "" {
			continue
		}
		if fresh.startErr != nil {
			return fmt.Errorf("the new start function sets no handler of %s messages: %w", name, fresh.startErr)
		}
	}
	if fresh.startErr != nil {
		if len(dispatch) == 0 {
			return fmt.Errorf("the new start function sets no handler: %w", fresh.startErr)
		}
		r.change.Notes = append(r.change.Notes, "the start function could not be followed to its end: "+worded.Text(fresh.startErr))
	}
	if fresh.waits != "" {
		r.change.Notes = append(r.change.Notes, "the start function was followed as far as "+fresh.waits+": handlers that it sets after that stay the old ones")
	}
	for _, p := range fresh.Protocols() {
		if err := m.protocol(r.svc, p); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(began)) {
		if p := r.svc.ProtocolByName(name); dispatch[name].IsNumber() && p != nil && fresh.waits == "" {
			m.registration("dispatch "+name, func() *vm.Value { return &r.svc.ChangeProtocol(p.ID).Dispatch }, began[name], vm.Nil)
		}
	}
	if m.base != nil && fresh.waits == "" {
		for _, p := range m.base.Protocols() {
			if now := r.svc.ProtocolByName(p.Name); p.Class.IsTable() && fresh.Protocol(p.Name) == nil && now != nil {
				m.add(&oldProtocol{newProtocol{svc: r.svc, st: r.st, protocol: *now}})
			}
		}
	}
	r.otherHandlers(m)
	return nil
}

// otherHandlers merges the start and info functions and the hooks.
func (r *reload) otherHandlers(m *merger) {
	fresh, svc := m.fresh, r.svc
	was := struct{ start, info, request, answer, filter vm.Value }{vm.Nil, vm.Nil, vm.Nil, vm.Nil, vm.Nil}
	if b := m.base; b != nil {
		was.start, was.info = b.Start(), b.Info()
		was.request, was.answer, was.filter = b.Hooks().OnRequest, b.Hooks().OnAnswer, b.Hooks().Filter
	}
	before, after := startFunction(svc.Start()).AsClosure(), startFunction(fresh.Start()).AsClosure()
	if before != nil && after != nil {
		if ownText(before.Code().Proto()) != ownText(after.Code().Proto()) {
			r.change.Notes = append(r.change.Notes, "the start function has changed; it does not run again, only the handlers that it sets are taken over")
		}
		m.pair("start", before, startFunction(was.start).AsClosure(), after)
	}
	m.hook("start", svc.Start, svc.SetStart, fresh.Start())
	if fresh.waits == "" || fresh.Info().IsFunction() {
		m.merge("info_func", svc.Info, svc.SetInfo, was.info, fresh.Info())
	}
	hooks, new := svc.Hooks(), fresh.Hooks()
	for _, h := range []struct {
		name       string
		now        *vm.Value
		was, fresh vm.Value
		by, newBy  *service.Handler
	}{
		{"dispatch_unknown_request", &hooks.OnRequest, was.request, new.OnRequest, &hooks.UnknownRequest, &new.UnknownRequest},
		{"dispatch_unknown_response", &hooks.OnAnswer, was.answer, new.OnAnswer, &hooks.UnknownAnswer, &new.UnknownAnswer},
		{"filter", &hooks.Filter, was.filter, new.Filter, nil, nil},
	} {
		if h.fresh.IsNil() && fresh.waits != "" {
			continue
		}
		before, handler := service.Handler(nil), service.Handler(nil)
		if h.by != nil {
			before, handler = *h.by, *h.newBy
		}
		m.merge(h.name, func() vm.Value { return *h.now }, func(v vm.Value) {
			*h.now = v
			switch {
			case h.by == nil:
			case v.IsNil():
				*h.by = nil
			case handler != nil:
				*h.by = handler
			default:
				*h.by = before
			}
		}, h.was, h.fresh)
	}
}

// hook has a place hold what the new code gives, if it gives something.
func (m *merger) hook(name string, get func() vm.Value, set func(vm.Value), fresh vm.Value) {
	if before := get(); !fresh.IsNil() && !vm.Same(m.resolve(fresh), before) {
		m.put(spot{id: "registered " + name, get: get, set: set}, before, fresh)
	}
}

// merge merges a place that is no table's.
func (m *merger) merge(name string, get func() vm.Value, set func(vm.Value), was, fresh vm.Value) {
	m.valueAt(spot{name: name, id: "registered " + name, get: get, set: set}, was, fresh)
}

func (m *merger) registration(name string, at func() *vm.Value, was, fresh vm.Value) {
	m.merge(name, func() vm.Value { return *at() }, func(v vm.Value) { *at() = v }, was, fresh)
}

// protocol merges what the new code says of a message type.
func (m *merger) protocol(svc *service.Service, fresh *service.Protocol) error {
	now := svc.ProtocolByName(fresh.Name)
	if now == nil {
		if other := svc.Protocol(fresh.ID); other != nil {
			return fmt.Errorf("the new code registers %s messages under the number %d, which those of %s have", fresh.Name, fresh.ID, other.Name)
		}
		m.add(&newProtocol{svc: svc, st: m.st, protocol: *fresh})
		return nil
	}
	id, was := now.ID, &service.Protocol{Dispatch: vm.Nil, Unpack: vm.Nil}
	if m.base != nil && m.base.Protocol(fresh.Name) != nil {
		was = m.base.Protocol(fresh.Name)
	}
	if fresh.Dispatch.IsFunction() {
		m.registration("dispatch "+fresh.Name, func() *vm.Value { return &svc.ChangeProtocol(id).Dispatch }, was.Dispatch, fresh.Dispatch)
	}
	if fresh.Unpack.IsFunction() && now.Unpack.IsFunction() {
		m.registration("unpack of "+fresh.Name, func() *vm.Value { return &svc.ChangeProtocol(id).Unpack }, was.Unpack, fresh.Unpack)
	}
	if class := now.Class.AsTable(); class != nil && fresh.Class.IsTable() {
		m.table(fresh.Name+" protocol", class, was.Class.AsTable(), fresh.Class.AsTable())
	}
	if fresh.Trace != was.Trace && now.Trace == was.Trace || (fresh.Handler == nil) != (now.Handler == nil) && fresh.ID != message.TypeDebug {
		m.add(&protocolWrite{svc: svc, id: id, before: *now, after: *fresh})
	}
	return nil
}

// held merges the handlers that libraries hold, such as those of HTTP requests. What
// the new code serves for the first time is not opened.
func (r *reload) held(m *merger) {
	for _, e := range entriesOf(m.fresh.handlers) {
		name, _ := e.key.AsString()
		if host.Held(r.st, name).IsNil() {
			r.change.Notes = append(r.change.Notes, name+" is not open; it will be when the service is started again")
			continue
		}
		was := vm.Nil
		if m.base != nil {
			was = m.base.handlers.Get(e.key)
		}
		m.merge(name, func() vm.Value { return host.Held(r.st, name) }, func(v vm.Value) { host.HeldTable(r.st).SetString(name, v) }, was, e.value)
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
	r.keepVersions()
}
