package reload

import (
	"fmt"
	"strings"

	"lunarium/inspect/live"
	"lunarium/runtime/number"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds the content of a list as something that a reload writes and takes
// back.

// sequenceWrite is the content of a list.
type sequenceWrite struct {
	name    string
	table   *vm.Table
	lists   [2][]vm.Value // before and after
	inner   []undoable    // in the records that stay and are nobody else's
	records []*vm.Table   // these
	held    [2]*content
	texts   [2]vm.Value // what the list says, with its records, for comparison
}

func (s *sequenceWrite) settle(resolve func(vm.Value) vm.Value) {
	for i, v := range s.lists[1] {
		s.lists[1][i] = resolve(v)
	}
	for _, w := range s.inner {
		w.settle(resolve)
	}
}

func (s *sequenceWrite) note(side int, owned func(*vm.Table) bool) {
	own := map[*vm.Table]bool{}
	for _, t := range s.records {
		own[t] = true
	}
	all := func(t *vm.Table) bool { return own[t] || owned(t) }
	s.held[side] = contentOf(all, s.lists[side]...)
	s.texts[side] = vm.String(textOf(all, s.lists[side]))
	for _, w := range s.inner {
		w.note(side, owned)
	}
}

func (s *sequenceWrite) ready(m *moves) bool {
	from := s.lists[m.from()]
	if !m.field(s.table, vm.Int(len(from)+1)).IsNil() {
		return false
	}
	for i, v := range from {
		if !same(m.field(s.table, vm.Int(i+1)), v) {
			return false
		}
	}
	for _, w := range s.inner {
		if !w.ready(m) {
			return false
		}
	}
	return s.held[m.from()].whole(m)
}

func (s *sequenceWrite) move(m *moves) {
	texts := [2]vm.Value{s.texts[m.from()], s.texts[m.to()]}
	id := fieldID{s.table, "\x00list"}
	if !s.ready(m) {
		now := textOfList(s.table, length(s.table))
		m.tell(s.name, id, texts, [2]vm.Value{now, now})
		return
	}
	to := s.lists[m.to()]
	for i := range max(len(s.lists[0]), len(s.lists[1])) {
		v := vm.Nil
		if i < len(to) {
			v = to[i]
		}
		m.set(fieldSpot("", s.table, vm.Int(i+1)), v)
	}
	m.quiet(func() {
		for _, w := range m.ordered(s.inner) {
			w.move(m)
		}
	})
	m.tell(s.name, id, texts, texts)
}

func (s *sequenceWrite) visit(visit func(vm.Value)) {
	for _, list := range s.lists {
		for _, v := range list {
			visit(v)
		}
	}
	for _, w := range s.inner {
		w.visit(visit)
	}
}

// textOf gives a text that is equal for lists that say the same.
func textOf(owned func(*vm.Table) bool, list []vm.Value) string {
	var b strings.Builder
	under := map[*vm.Table]bool{}
	var add func(v vm.Value)
	add = func(v vm.Value) {
		t := v.AsTable()
		switch text, isText := v.AsString(); {
		case isText:
			b.WriteString(visible.Quote(text))
		case t != nil && owned(t) && !under[t] && len(under) < maxContent:
			under[t] = true
			b.WriteString("{")
			entries, _ := live.SortedEntries(t, maxContent)
			for _, e := range entries {
				add(e.Key)
				b.WriteString("=")
				add(e.Value)
				b.WriteString(",")
			}
			b.WriteString("}")
		case v.Identity() != nil:
			fmt.Fprintf(&b, "%p", v.Identity())
		case v.IsNumber():
			f, _ := v.AsNumber()
			b.WriteString(number.Format(f))
		default:
			b.WriteString(fmt.Sprint(v.Truth()))
		}
	}
	for _, v := range list {
		add(v)
		b.WriteString(";")
	}
	return b.String()
}

// length counts the keys 1, 2, … of a table.
func length(t *vm.Table) int {
	n := 0
	for t != nil && !t.GetInt(n+1).IsNil() {
		n++
	}
	return n
}

// textOfList is textOf for a list in the universe of a text.
func textOfList(t *vm.Table, n int) vm.Value {
	var list []vm.Value
	for i := 1; i <= n; i++ {
		list = append(list, t.GetInt(i))
	}
	return vm.String(textOf(func(*vm.Table) bool { return true }, list))
}
