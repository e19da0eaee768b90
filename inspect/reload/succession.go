package reload

import (
	"lunarium/inspect/live"
	"lunarium/runtime/vm"
)

// This file has the functions of a new implementation take the place of the old one's
// wherever those are held, such as in time-outs: they share the new one's variables, and
// keep those of the call that made them. Objects of the old one's classes become objects of
// the new one's: a new method may call what only the new class has.

// succession pairs what the running implementation consists of with what the new one does.
type succession struct {
	old, fresh *vm.Code // files
	match      counterparts
	swap       map[*vm.Closure]*vm.Closure
	cells      map[vm.Cell]ref // variables of the new one, by the old one's
	seen       map[*vm.Table]bool
	tables     map[*vm.Table]*vm.Table // of the new one, by the old one's
	files      map[*vm.Code]variables  // those of the new one's files
	made       map[localOf]slot        // variables of the new one
}

// localOf is a variable by the function that declares it.
type localOf struct {
	in   *vm.Code
	name string
}

// succeed pairs a running implementation with another, of whose files the variables are
// given.
func succeed(before, after *vm.Table, files map[*vm.Code]variables) *succession {
	s := &succession{
		old: implementation(vm.TableValue(before)), fresh: implementation(vm.TableValue(after)),
		match: counterparts{}, swap: map[*vm.Closure]*vm.Closure{}, cells: map[vm.Cell]ref{},
		seen: map[*vm.Table]bool{}, tables: map[*vm.Table]*vm.Table{}, files: files, made: variablesOf(after),
	}
	s.match.match(s.old, s.fresh)
	s.values(vm.TableValue(before), vm.TableValue(after))
	for at, old := range variablesOf(before) { // that no function uses in both
		now, ok := s.made[localOf{s.match[at.in], at.name}]
		if _, known := s.cells[old.cell()]; ok && !known && !old.many && !now.many {
			s.cells[old.cell()] = now.ref
		}
	}
	return s
}

// values pairs what two values of the same place consist of.
func (s *succession) values(before, after vm.Value) {
	if vm.Same(before, after) {
		return
	}
	if t, other := before.AsTable(), after.AsTable(); t != nil && other != nil && !s.seen[other] {
		s.seen[other] = true
		if s.tables[t] == nil {
			s.tables[t] = other
		}
		for _, e := range touched(other) {
			s.values(t.Get(e.Key), e.Value)
		}
		s.values(vm.TableValue(t.Metatable()), vm.TableValue(other.Metatable()))
	}
	if c, other := before.AsClosure(), after.AsClosure(); c != nil && other != nil {
		s.functions(c, other)
	}
}

func (s *succession) functions(before, after *vm.Closure) {
	if live.MainChunk(before.Code()) != s.old || s.swap[before] != nil || s.match[before.Code()] != after.Code() {
		return
	}
	s.swap[before] = after
	for i := range after.Upvalues() {
		j := s.match.matchingUpvalue(before, after.Code(), i)
		if j < 0 || fileKey(after.Code(), i) == environment || before.Cell(j) == after.Cell(i) {
			continue
		}
		if _, known := s.cells[before.Cell(j)]; !known {
			s.cells[before.Cell(j)] = ref{after, i}
		}
		s.values(before.Upvalue(j), after.Upvalue(i))
	}
}

// variablesOf finds the variables of an implementation that its functions hold: those of
// its file and of the functions that made it.
func variablesOf(t *vm.Table) map[localOf]slot {
	handle := t.GetString("handle_message").AsClosure().Code()
	made := map[*vm.Code]bool{}
	for c := handle.Parent(); c != nil; c = c.Parent() {
		made[c] = true
	}
	found := map[localOf]slot{}
	for _, c := range functionsOf(t) {
		for i := range c.Upvalues() {
			in, _ := declares(c.Code(), i)
			if !made[in] {
				continue
			}
			at := localOf{in, c.UpvalueName(i)}
			known, ok := found[at]
			if !ok {
				known.ref = ref{c, i}
			}
			known.many = known.many || known.cell() != c.Cell(i)
			found[at] = known
		}
	}
	return found
}

// functionsOf finds the functions of an implementation's file that it leads to by way of
// tables and of such functions.
func functionsOf(t *vm.Table) (found []*vm.Closure) {
	file := implementation(vm.TableValue(t))
	seen := map[vm.Identity]bool{}
	var queue []vm.Value
	add := func(v vm.Value) {
		c := v.AsClosure()
		if id := v.Identity(); (v.IsTable() || c != nil && live.MainChunk(c.Code()) == file) && !seen[id] {
			seen[id] = true
			queue = append(queue, v)
		}
	}
	for add(vm.TableValue(t)); len(queue) > 0; queue = queue[1:] {
		if t := queue[0].AsTable(); t != nil {
			add(vm.TableValue(t.Metatable()))
			t.Touched(func(key, value vm.Value) bool { add(key); add(value); return true })
			continue
		}
		c := queue[0].AsClosure()
		found = append(found, c)
		for i := range c.Upvalues() {
			if fileKey(c.Code(), i) != environment {
				add(c.Upvalue(i))
			}
		}
	}
	return found
}

// of gives the variable that takes the place of one that an old function holds.
func (s *succession) of(at ref) ref {
	if s == nil {
		return at
	}
	if now, ok := s.cells[at.cell()]; ok {
		return now
	}
	return at
}

// only gives the variable of the new implementation that upvalue i of a new function is,
// if the old function c can have no other one.
func (s *succession) only(c *vm.Closure, code *vm.Code, i int) (ref, bool) {
	if s == nil {
		return ref{}, false
	}
	in, _ := declares(code, i)
	v, ok := s.made[localOf{in, code.Proto().Upvalues[i].Name}]
	if !ok || v.many {
		return ref{}, false
	}
	for j := range c.Upvalues() {
		if other, _ := declares(c.Code(), j); other == nil || s.match[other] != in {
			continue
		}
		if _, ours := s.cells[c.Cell(j)]; !ours {
			return ref{}, false // c belongs to another one that the same text made
		}
	}
	return v.ref, true
}

// outlives tells whether a function goes on with variables of the old implementation, or
// in its code.
func (s *succession) outlives(c *vm.Closure) bool {
	if s.old != s.fresh {
		return live.MainChunk(c.Code()) == s.old
	}
	for i := range c.Upvalues() {
		if _, replaced := s.cells[c.Cell(i)]; replaced {
			return true
		}
	}
	return false
}

// rejoin has a function that stays old use the new implementation's variables.
func (s *succession) rejoin(c *vm.Closure) {
	for i := range c.Upvalues() {
		if now, replaced := s.cells[c.Cell(i)]; replaced {
			c.Join(i, now.closure, now.index)
		}
	}
}
