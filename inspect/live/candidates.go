package live

import (
	"sort"
	"strings"

	"lunarium/inspect/plain"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file lists what may stand for the end of such a chain.

// mostCandidates is how many are given at most: the first of them.
const mostCandidates = 200

// GlobalCandidates is Candidates for a machine without a service. It belongs to
// the goroutine that owns the machine.
func GlobalCandidates(st *vm.State, code string) (candidates []string, from int) {
	c := ParseChain(code)
	return c.Candidates(nil, nil, st), c.From
}

// Candidates gives what may stand for the end of a chain, and moves its beginning to
// where that stands. names hide the globals.
func (c *Chain) Candidates(w *Work, names map[string]vm.Value, st *vm.State) []string {
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
func (c *Chain) variables(w *Work, names map[string]vm.Value, st *vm.State) (found []string) {
	add := func(name string, v vm.Value) {
		if strings.HasPrefix(name, c.prefix) && plain.IsName(name) && c.offers(v) {
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
		name, _ := e.Key.AsString()
		add(name, e.Value)
	}
	sort.Strings(found)
	return found
}

func (c *Chain) offers(v vm.Value) bool { return c.Only == nil || c.Only(v) }

// keys gives the candidates for a key of what stands before.
func (c *Chain) keys(entries []Entry) (found []string) {
	bracketed := c.open
	for _, e := range entries {
		bracketed = bracketed || !isField(e.Key)
	}
	for _, e := range entries {
		if c.methods && !e.Value.IsFunction() || !c.offers(e.Value) {
			continue
		}
		step := PathKey(e.Key).String()
		switch {
		case c.open && isField(e.Key):
			name, _ := e.Key.AsString()
			step = "[" + visible.Quote(name) + "]"
		case !bracketed:
			step = strings.TrimPrefix(step, ".")
		}
		found = append(found, step+continuation(e.Value))
	}
	if bracketed && !c.open {
		c.From--
	}
	if !bracketed {
		sort.Strings(found)
	}
	return found
}

// wants tells whether a key may stand for the end of a chain.
func (c *Chain) wants(key vm.Value) bool {
	step := PathKey(key)
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

// fieldsOf gives the first of the wanted entries of a value, those of its __index
// tables included; nearer ones hide farther ones.
func fieldsOf(w *Work, v vm.Value, st *vm.State, wanted func(key vm.Value) bool) (found []Entry) {
	seen := map[string]bool{}
	for range maxInheritance {
		if v.IsTable() {
			entries, _ := FirstEntries(w, v.AsTable(), mostCandidates, wanted)
			for _, e := range entries {
				if step := PathKey(e.Key).String(); !seen[step] && len(found) < mostCandidates {
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
