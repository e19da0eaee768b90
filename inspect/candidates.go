package inspect

import (
	"context"
	"sort"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// mostCandidates is how many are given at most: the first of them.
const mostCandidates = 200

// Candidates lists what may stand for the name that code ends in, inside a
// service: its variables and globals, or after a dot the fields and after a
// colon the methods of the value before it, or after a bracket its keys. from is the
// byte offset of what they stand for. Indices may stand before it, as in
// rooms["a b"].users[id].na. A function's candidate ends in "(", that of a table with
// named fields in ".". Where a key is no name, candidates stand for the dot, too:
// ["a-b"], [3], .name. Nothing is called: fields that only an __index function knows
// are not found.
func Candidates(ctx context.Context, s *service.Service, code string) (candidates []string, from int, err error) {
	c := parseChain(code)
	err = inSteps(ctx, s, func(st *vm.State, w *work) {
		candidates = c.candidates(w, namesOf(s, st).values(), st)
	})
	return candidates, c.from, err
}

// values gives what has a name.
func (n *names) values() map[string]vm.Value {
	values := map[string]vm.Value{}
	for name, place := range n.all() {
		values[name] = place.get()
	}
	return values
}

// GlobalCandidates is Candidates for a machine without a service. It belongs to
// the goroutine that owns the machine.
func GlobalCandidates(st *vm.State, code string) (candidates []string, from int) {
	c := parseChain(code)
	return c.candidates(nil, nil, st), c.from
}

// candidates gives what may stand for the end of a chain, and moves its beginning to
// where that stands. names hide the globals.
func (c *chain) candidates(w *work, names map[string]vm.Value, st *vm.State) []string {
	switch {
	case c.broken:
		return nil
	case !c.named:
		return c.variables(w, names, st)
	}
	parent, ok := c.value(func(name string) (vm.Value, bool) {
		if v, ok := names[name]; ok {
			return v, true
		}
		return fieldOf(vm.TableValue(st.Globals), vm.String(name), st)
	}, st)
	if !ok {
		return nil
	}
	return c.keys(fieldsOf(w, parent, st, c.wants))
}

// variables gives the candidates for a name that nothing stands before.
func (c *chain) variables(w *work, names map[string]vm.Value, st *vm.State) (found []string) {
	add := func(name string, v vm.Value) {
		if strings.HasPrefix(name, c.prefix) && plain.IsName(name) {
			found = append(found, name+continuation(v))
		}
	}
	for name, v := range names {
		add(name, v)
	}
	for _, e := range fieldsOf(w, vm.TableValue(st.Globals), st, func(key vm.Value) bool {
		name, ok := key.AsString()
		return ok && strings.HasPrefix(name, c.prefix) && !has(names, name)
	}) {
		name, _ := e.key.AsString()
		add(name, e.value)
	}
	sort.Strings(found)
	return found
}

// keys gives the candidates for a key of what stands before.
func (c *chain) keys(entries []entry) (found []string) {
	bracketed := c.open
	for _, e := range entries {
		bracketed = bracketed || !isField(e.key)
	}
	for _, e := range entries {
		if c.methods && !e.value.IsFunction() {
			continue
		}
		step := pathKey(e.key).String()
		switch {
		case c.open && isField(e.key):
			name, _ := e.key.AsString()
			step = "[" + visible.Quote(name) + "]"
		case !bracketed:
			step = strings.TrimPrefix(step, ".")
		}
		found = append(found, step+continuation(e.value))
	}
	if bracketed && !c.open {
		c.from--
	}
	if !bracketed {
		sort.Strings(found)
	}
	return found
}

// wants tells whether a key may stand for the end of a chain.
func (c *chain) wants(key vm.Value) bool {
	step := pathKey(key)
	switch {
	case step.Kind == plain.Table:
		return false
	case c.methods:
		return isField(key) && strings.HasPrefix(step.Text, c.prefix)
	case step.Kind == plain.String && c.open:
		quoted := visible.Quote(step.Text)
		return c.prefix == "" || strings.HasPrefix(quoted, c.prefix) || strings.HasPrefix(strings.Replace(quoted, `"`, "'", 1), c.prefix)
	case step.Kind == plain.String:
		return strings.HasPrefix(step.Text, c.prefix)
	case c.open:
		return strings.HasPrefix(step.String()[1:], c.prefix)
	}
	return c.prefix == "" // a name does not begin with a digit
}

// isField tells whether a key can stand after a dot.
func isField(key vm.Value) bool {
	name, ok := key.AsString()
	return ok && plain.IsName(name)
}

// continuation is what is bound to come after a value of this kind.
func continuation(v vm.Value) string {
	if v.IsFunction() {
		return "("
	}
	named := false
	if v.IsTable() {
		cursor := v.AsTable().Cursor()
		cursor.Some(longestTable, func(k, _ vm.Value) { named = named || isField(k) })
	}
	if named {
		return "."
	}
	return ""
}

// maxInheritance bounds a chain of __index tables, which may be a circle.
const maxInheritance = 20

// fieldsOf gives the first of the wanted entries of a value, those of its __index
// tables included; nearer ones hide farther ones.
func fieldsOf(w *work, v vm.Value, st *vm.State, wanted func(key vm.Value) bool) (found []entry) {
	seen := map[string]bool{}
	for range maxInheritance {
		if v.IsTable() {
			entries, _ := firstEntries(w, v.AsTable(), mostCandidates, wanted)
			for _, e := range entries {
				if step := pathKey(e.key).String(); !seen[step] && len(found) < mostCandidates {
					seen[step] = true
					found = append(found, e)
				}
			}
		}
		meta := st.Metatable(v)
		if meta == nil {
			break
		}
		v = meta.GetString("__index")
	}
	return found
}
