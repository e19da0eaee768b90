package reload

import (
	"fmt"
	"maps"
	"slices"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file merges what the code registered: handlers of messages, the start and the
// info function, hooks, and what libraries hold.

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
func (m *merger) protocol(svc service.Reloading, fresh *service.Protocol) error {
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
		name, _ := e.Key.AsString()
		if host.Held(r.st, name).IsNil() {
			r.change.Notes = append(r.change.Notes, name+" is not open; it will be when the service is started again")
			continue
		}
		was := vm.Nil
		if m.base != nil {
			was = m.base.handlers.Get(e.Key)
		}
		m.merge(name, func() vm.Value { return host.Held(r.st, name) }, func(v vm.Value) { host.HeldTable(r.st).SetString(name, v) }, was, e.Value)
	}
}
