package inspect

import (
	"context"
	"sort"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Candidates lists what may stand for the name that code ends in, inside a
// service: its variables and globals, or after a dot the fields and after a
// colon the methods of the value before it. from is the byte offset of that
// name. Indices may stand before it, as in rooms["a b"].users[id].na. A function's candidate ends in "(", that of a table with named fields
// in ".". Nothing is called: fields that only an __index function knows are not
// found.
func Candidates(ctx context.Context, s *service.Service, code string) (candidates []string, from int, err error) {
	c := parseChain(code)
	err = s.Do(ctx, func(st *vm.State) {
		candidates = c.candidates(scopeOf(s, st), st)
	})
	return candidates, c.from, err
}

// scopeOf gives what code inside a service can name: its variables, then the
// globals.
func scopeOf(s *service.Service, st *vm.State) map[string]vm.Value {
	scope := map[string]vm.Value{}
	addFields(scope, vm.TableValue(st.Globals), st)
	places := append(names(s, st), libraryLocals(s, st)...)
	for i := len(places) - 1; i >= 0; i-- {
		scope[places[i].name] = places[i].get()
	}
	return scope
}

// GlobalCandidates is Candidates for a machine without a service. It belongs to
// the goroutine that owns the machine.
func GlobalCandidates(st *vm.State, code string) (candidates []string, from int) {
	c := parseChain(code)
	scope := map[string]vm.Value{}
	addFields(scope, vm.TableValue(st.Globals), st)
	return c.candidates(scope, st), c.from
}

func (c *chain) candidates(scope map[string]vm.Value, st *vm.State) []string {
	if c.broken {
		return nil
	}
	if c.named {
		parent, ok := c.value(scope, st)
		if !ok {
			return nil
		}
		scope = map[string]vm.Value{}
		addFields(scope, parent, st)
	}
	var found []string
	for name, v := range scope {
		if !strings.HasPrefix(name, c.prefix) || !IsName(name) || c.methods && !v.IsFunction() {
			continue
		}
		found = append(found, name+continuation(v))
	}
	sort.Strings(found)
	return found
}

// continuation is what is bound to come after a value of this kind.
func continuation(v vm.Value) string {
	if v.IsFunction() {
		return "("
	}
	named := false
	if v.IsTable() {
		v.AsTable().Entries(func(k, _ vm.Value) bool {
			s, ok := k.AsString()
			named = ok && IsName(s)
			return !named
		})
	}
	if named {
		return "."
	}
	return ""
}

// maxInheritance bounds a chain of __index tables, which may be a circle.
const maxInheritance = 20

// addFields adds the named fields of a value, those of its __index tables
// included; nearer ones hide farther ones.
func addFields(scope map[string]vm.Value, v vm.Value, st *vm.State) {
	for range maxInheritance {
		if v.IsTable() {
			v.AsTable().Entries(func(k, field vm.Value) bool {
				name, ok := k.AsString()
				if _, hidden := scope[name]; ok && !hidden {
					scope[name] = field
				}
				return true
			})
		}
		meta := st.Metatable(v)
		if meta == nil {
			return
		}
		v = meta.GetString("__index")
	}
}
