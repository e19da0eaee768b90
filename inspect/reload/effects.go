package reload

import (
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file is about what a file does outside of the machine while it is loaded: the
// time-outs, forks, names and settings that it makes are merged as values in tables are;
// what can't be taken back, such as a message, is left undone, and people are told.

// effects merges what the files did while they were loaded.
func (r *reload) effects(m *merger) {
	if m.base == nil {
		return
	}
	olds, news := m.base.effects, m.fresh.effects
	if !m.fresh.whole() {
		olds = nil // what the new program does no more is not known
	}
	taken, found := make([]bool, len(olds)), make([]bool, len(news))
	for _, alike := range []func(old, fresh effect) bool{m.sameEffect, m.sameTask} {
		first := 0 // that is not taken: mostly both do the same, in the same order
		for i, e := range news {
			for first < len(olds) && taken[first] {
				first++
			}
			for j := first; j < len(olds) && !found[i]; j++ {
				if !taken[j] && alike(olds[j], e) {
					found[i], taken[j] = true, true
				}
			}
		}
	}
	var added []effect
	for i, e := range news {
		if !found[i] && (m.fresh.whole() || !r.knownEffect(m, e)) {
			added = append(added, e)
		}
	}
	for _, e := range added {
		switch _, isPlace := r.placeOf(e); {
		case e.task != nil:
			m.brought[vm.ThreadValue(e.task.Thread()).Identity()] = true
			m.add(&loadTask{task: e.task, name: r.taskName(e.task), bring: true})
		case !isPlace && e.Effect != kit.Unheard:
			r.note("%s at %s is left undone until the service is started again", e.what, e.at)
		}
	}
	pending := append(r.svc.LoadedTimeouts(), r.svc.LoadedForks()...)
	for i, e := range olds {
		if taken[i] || e.task == nil {
			continue
		}
		if task := pendingOf(&pending, e); task != nil {
			m.add(&loadTask{task: task, name: r.taskName(task)})
		}
	}
	r.effectPlaces(m, olds, news)
}

// knownEffect tells whether the old program does the same.
func (r *reload) knownEffect(m *merger, e effect) bool {
	for _, old := range m.base.effects {
		if m.sameEffect(old, e) || m.sameTask(old, e) {
			return true
		}
	}
	return false
}

func (r *reload) taskName(t *service.LoadTask) string {
	at := t.At
	if i := strings.LastIndexByte(at, ':'); i > 0 {
		at = fileName(r.svc, at[:i]) + at[i:]
	}
	if t.Fork {
		return "fork at " + at
	}
	return "time-out at " + at
}

// sameEffect tells whether old and new program do the same.
func (m *merger) sameEffect(old, fresh effect) bool {
	if old.what != fresh.what || len(old.args) != len(fresh.args) {
		return false
	}
	for i, v := range old.args {
		if !m.sameText(v, fresh.args[i]) {
			return false
		}
	}
	return true
}

// sameTask tells whether old and new program have the same function run later.
func (m *merger) sameTask(old, fresh effect) bool {
	return old.what == fresh.what && old.task != nil && fresh.task != nil && m.sameText(old.task.Function(), fresh.task.Function())
}

// pendingOf takes the pending time-out that an effect of the old program has set.
func pendingOf(pending *[]*service.LoadTask, e effect) *service.LoadTask {
	code := e.task.Function().AsClosure()
	best := -1
	for i, p := range *pending {
		if c := p.Function().AsClosure(); c == nil || code == nil || c.Code() != code.Code() || p.Fork != e.task.Fork {
			continue
		}
		if best < 0 || p.Delay == e.task.Delay && (*pending)[best].Delay != e.task.Delay {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	found := (*pending)[best]
	*pending = append((*pending)[:best:best], (*pending)[best+1:]...)
	return found
}

// effectPlaces merges the names, the settings of the node and the memory limit.
func (r *reload) effectPlaces(m *merger, olds, news []effect) {
	type values struct {
		spot
		was, fresh vm.Value
	}
	places, order := map[string]*values{}, []string(nil)
	note := func(e effect, fresh bool) {
		p, ok := r.placeOf(e)
		if !ok {
			return
		}
		if places[p.name] == nil {
			places[p.name] = &values{p, vm.Nil, vm.Nil}
			order = append(order, p.name)
		}
		if v := places[p.name]; fresh {
			v.fresh = e.places()
		} else {
			v.was = e.places()
		}
	}
	for _, e := range olds {
		note(e, false)
	}
	for _, e := range news {
		note(e, true)
	}
	for _, name := range order {
		v := places[name]
		if !m.fresh.whole() && !v.get().IsNil() {
			continue
		}
		m.valueAt(v.spot, v.was, v.fresh)
	}
}

// places gives what an effect puts in its place.
func (e effect) places() vm.Value {
	switch {
	case e.Effect == kit.Sets && len(e.args) > 1:
		text, _ := service.SettingText(e.args[1])
		return vm.String(text)
	case e.Effect == kit.Limits && len(e.args) > 0:
		return e.args[0]
	}
	return vm.True
}

// placeOf gives the place that an effect writes to; false when it is none.
func (r *reload) placeOf(e effect) (spot, bool) {
	svc, node := r.svc, r.svc.Node()
	key := ""
	if len(e.args) > 0 {
		key, _ = e.args[0].AsString()
	}
	switch {
	case e.Effect == kit.Registers && key != "":
		p := spot{name: "name " + key, get: func() vm.Value {
			if owner, ok := node.Lookup(strings.TrimPrefix(key, ".")); ok && owner == svc.Address() {
				return vm.True
			}
			return vm.Nil
		}, set: func(v vm.Value) {
			if v.IsNil() {
				node.Unregister(key, svc.Address())
			} else if err := node.Register(key, svc.Address()); err != nil {
				svc.Error(worded.Text(err))
			}
		}}
		p.id = p.name
		return p, true
	case e.Effect == kit.Sets && key != "":
		p := spot{name: "environment " + key, get: func() vm.Value {
			if text, ok := node.Getenv(key); ok {
				return vm.String(text)
			}
			return vm.Nil
		}, set: func(v vm.Value) {
			svc.Unsetenv(key)
			if text, ok := v.AsString(); ok {
				_ = svc.Setenv(key, text) // it is not set
			}
		}}
		p.id = p.name
		return p, true
	case e.Effect == kit.Limits:
		p := spot{name: "memory limit", get: func() vm.Value {
			if limit := svc.MemLimit(); limit != svc.UsualMemLimit() {
				return vm.Int(limit)
			}
			return vm.Nil
		}, set: func(v vm.Value) {
			limit, ok := v.AsNumber()
			if !ok {
				limit = float64(svc.UsualMemLimit())
			}
			svc.SetMemLimit(int(limit))
		}}
		p.id = p.name
		return p, true
	}
	return spot{}, false
}

// loadTask is a time-out or a fork that only one of the texts makes.
type loadTask struct {
	always
	task  *service.LoadTask
	name  string
	bring bool // the new one
}

func (l *loadTask) visit(visit func(vm.Value)) { l.task.Visit(visit) }

func (l *loadTask) move(m *moves) {
	id := l.task.ID()
	now, written := m.over[id]
	if !written {
		now = vm.Bool(l.task.Waits())
	}
	waits, bring := now.Truth(), l.bring == m.forth
	if !m.dry && !bring && !waits {
		l.task.Withdraw() // it notes that it can't
	}
	if waits == bring || l.task.Began() {
		return
	}
	switch {
	case m.dry:
		m.over[id] = vm.Bool(bring)
	case bring:
		l.task.Set()
	default:
		l.task.Withdraw()
	}
	sides := [2]vm.Value{vm.Nil, vm.True}
	if !bring {
		sides = [2]vm.Value{vm.True, vm.Nil}
	}
	m.tell(l.name, id, sides, sides)
}
