package http

import (
	"slices"
	"strings"

	"lunarium/runtime/vm"
)

// A router is a Lua table of plain data, so that a reload can merge the routes
// of new code into it:
//
//	routes      {["GET /tasks/:id"] = function, …}
//	statics     {["/assets"] = "directory", …}
//	before_each {function, …}
//	missing     function
//
// Which route is taken follows from the patterns alone, not from the order in
// which they were added: of those that match, the one whose first difference
// from the others is a fixed segment, then a parameter, then a rest.

// anyMethod stands for every method in the key of a route.
const anyMethod = "ANY"

// newRouter is http.router().
func (l *library) newRouter(t *vm.Thread) int {
	router := l.state.NewTable(0, 3)
	for _, part := range []string{"routes", "statics", "before_each"} {
		router.SetString(part, vm.TableValue(l.state.NewTable(0, 0)))
	}
	l.state.SetMetatable(router, l.router)
	return t.Return(vm.TableValue(router))
}

// part gives one of a router's tables.
func part(t *vm.Thread, router *vm.Table, name string) *vm.Table {
	table := router.GetString(name).AsTable()
	if table == nil {
		t.Errorf("this is no router: it has no %s; http.router() makes one", name)
	}
	return table
}

// addRoute is router:route(method, pattern, handler).
func addRoute(t *vm.Thread) int {
	t.CheckTable(1)
	method := strings.ToUpper(t.CheckString(2))
	if !isToken(method) {
		t.ArgError(2, "no method")
	}
	return setRoute(t, method, 3)
}

// setRoute adds a route whose pattern is argument i.
func setRoute(t *vm.Thread, method string, i int) int {
	routes := part(t, t.CheckTable(1), "routes")
	text := t.CheckString(i)
	if _, err := parsePattern(text); err != "" {
		t.ArgError(i, err)
	}
	routes.SetString(method+" "+text, t.CheckFunction(i+1))
	return t.Return(t.Arg(1))
}

// addBefore is router:before(f): f(request) runs before each handler, and what
// it returns, unless nil, is the answer.
func addBefore(t *vm.Thread) int {
	list := part(t, t.CheckTable(1), "before_each")
	list.SetInt(list.Len()+1, t.CheckFunction(2))
	return t.Return(t.Arg(1))
}

// setNotFound is router:not_found(f).
func setNotFound(t *vm.Thread) int {
	t.CheckTable(1).SetString("missing", t.CheckFunction(2))
	return t.Return(t.Arg(1))
}

// pattern is a route's path, segment by segment.
type pattern []segment

type segment struct {
	kind segmentKind
	text string // the fixed text, or the parameter's name
}

type segmentKind uint8

const (
	fixed segmentKind = iota
	parameter
	rest // the segments that are left, none of them too
)

// parsePattern reads "/tasks/:id" or "/files/*path"; err says what is wrong.
func parsePattern(text string) (p pattern, err string) {
	if !strings.HasPrefix(text, "/") {
		return nil, "a pattern begins with /"
	}
	parts := strings.Split(text[1:], "/")
	for i, part := range parts {
		switch {
		case strings.HasPrefix(part, ":"):
			p = append(p, segment{parameter, part[1:]})
		case strings.HasPrefix(part, "*"):
			p = append(p, segment{rest, part[1:]})
			if i < len(parts)-1 {
				return nil, "*" + part[1:] + " must be a pattern's last part"
			}
		default:
			p = append(p, segment{fixed, part})
		}
		if last := p[len(p)-1]; last.kind != fixed && last.text == "" {
			return nil, "a parameter needs a name, as in /tasks/:id"
		}
	}
	return p, ""
}

// match gives the parameters of a path, whose segments are decoded; ok is false
// when it is another's.
func (p pattern) match(path []string) (params []string, ok bool) {
	for i, s := range p {
		switch {
		case s.kind == rest:
			return append(params, strings.Join(path[i:], "/")), true
		case i >= len(path):
			return nil, false
		case s.kind == parameter:
			if path[i] == "" {
				return nil, false
			}
			params = append(params, path[i])
		case s.text != path[i]:
			return nil, false
		}
	}
	return params, len(p) == len(path)
}

// compare tells which of two patterns for one path is the closer one.
func (p pattern) compare(q pattern) int {
	return slices.CompareFunc(p, q, func(a, b segment) int { return int(a.kind) - int(b.kind) })
}

// names gives the names of a pattern's parameters.
func (p pattern) names() (names []string) {
	for _, s := range p {
		if s.kind != fixed {
			names = append(names, s.text)
		}
	}
	return names
}

// addStatic is router:static(prefix, directory).
func addStatic(t *vm.Thread) int {
	statics := part(t, t.CheckTable(1), "statics")
	prefix, dir := t.CheckString(2), t.CheckString(3)
	if !strings.HasPrefix(prefix, "/") {
		t.ArgError(2, "a prefix begins with /")
	}
	if _, ok := findDirectory(t.State(), dir); !ok {
		t.ArgError(3, "there is no directory "+dir)
	}
	statics.SetString(strings.TrimSuffix(prefix, "/"), vm.String(dir))
	return t.Return(t.Arg(1))
}
