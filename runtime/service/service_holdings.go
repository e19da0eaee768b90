package service

import (
	"cmp"
	"slices"
	"strconv"

	"lunarium/runtime/vm"
)

// This file tells what the service itself holds of its state, by names for people.

// Holding is something of a service that holds values of its state: what its code
// registered, a task, the timers that a line has set.
type Holding struct {
	Name   string
	Values []vm.Value
}

// Registrations gives what the service's code registered, as the handler of a protocol.
func (s Self) Registrations() []Holding {
	var list []Holding
	add := func(name string, values ...vm.Value) {
		values = slices.DeleteFunc(values, vm.Value.IsNil)
		if len(values) > 0 {
			list = append(list, Holding{name, values})
		}
	}
	for _, p := range s.protocols {
		if p != nil {
			add("protocol "+p.Name, p.Dispatch, p.Unpack, p.Class)
		}
	}
	add("start function", s.start)
	add("info function", s.info)
	add("init function", s.preload)
	add("message filters", s.hooks.OnRequest, s.hooks.OnAnswer, s.hooks.Filter)
	return list
}

// Occupations gives the tasks, the oldest first, then the time-outs that have none yet, by
// the line that set them.
func (s Self) Occupations() []Holding {
	var list []Holding
	var later []*waiter
	for _, w := range s.oldestFirst() {
		if w.task == nil {
			later = append(later, w)
			continue
		}
		list = append(list, Holding{"task " + strconv.FormatUint(w.id, 10), w.task.values()})
	}
	for t := s.spare; t != nil; t = t.next {
		list = appendTo(list, "idle tasks", t.values()...)
	}
	slices.SortStableFunc(later, func(a, b *waiter) int { return cmp.Compare(a.Payload.at.String(), b.Payload.at.String()) })
	for _, w := range later {
		if w.starts != nil {
			list = appendTo(list, "timers set at "+cmp.Or(w.Payload.at.String(), "?"), vm.ClosureValue(w.starts))
		}
	}
	return list
}

// appendTo adds values to the last holding, or to a new one if that has another name.
func appendTo(list []Holding, name string, values ...vm.Value) []Holding {
	last := len(list) - 1
	if last < 0 || list[last].Name != name {
		return append(list, Holding{name, values})
	}
	list[last].Values = append(list[last].Values, values...)
	return list
}

// values gives what the service holds for a task.
func (t *task) values() []vm.Value {
	values := []vm.Value{vm.ThreadValue(t.thread)}
	if t.starts != nil {
		values = append(values, vm.ClosureValue(t.starts))
	}
	if t.token != nil {
		values = append(values, t.token.value)
	}
	return values
}
