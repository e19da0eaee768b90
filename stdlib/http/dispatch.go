package http

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds how a router finds what handles a request.

// handle calls the handler of a request, a function or a router, and then goes
// on with its answer.
func (l *library) handle(t *vm.Thread, handler vm.Value, request *vm.Table, then func(*vm.Thread) int) int {
	router := handler.AsTable()
	switch {
	case handler.IsNil():
		return t.CallThen(l.answerer(http.StatusServiceUnavailable, "the server is closed"), nil, then)
	case router == nil || router.Metatable() != l.router:
		return t.CallThen(handler, []vm.Value{vm.TableValue(request)}, then)
	}
	found := l.find(t, router, request)
	t.Push(found) // the functions before the handler may take the router's away
	return l.before(t, part(t, router, "before_each"), 1, request, func(t *vm.Thread) int {
		if v := t.Arg(1); !v.IsNil() {
			return then(t)
		}
		return t.CallThen(found, []vm.Value{vm.TableValue(request)}, then)
	})
}

// before runs a router's functions from the i-th on until one gives an answer.
func (l *library) before(t *vm.Thread, list *vm.Table, i int, request *vm.Table, then func(*vm.Thread) int) int {
	f := list.GetInt(i)
	if f.IsNil() {
		return t.CallThen(l.state.NewFunction("route", discard), nil, then)
	}
	return t.CallThen(f, []vm.Value{vm.TableValue(request)}, func(t *vm.Thread) int {
		if !t.Arg(1).IsNil() {
			return then(t)
		}
		return l.before(t, list, i+1, request, then)
	})
}

// answerer makes a handler of a fixed answer.
func (l *library) answerer(status int, text string) vm.Value {
	return l.state.NewFunction("route", func(t *vm.Thread) int {
		return t.Return(vm.TableValue(answer(t, status, "text/plain; charset=utf-8", text+"\n")))
	})
}

// route is what find knows of a route that matches.
type route struct {
	pattern pattern
	params  []string
	handler vm.Value
}

// find gives the function for a request and fills in its params.
func (l *library) find(t *vm.Thread, router, request *vm.Table) vm.Value {
	method, _ := request.GetString("method").AsString()
	escaped, _ := request.GetString("raw_path").AsString()
	segments, ok := splitPath(escaped)
	if !ok {
		return l.answerer(http.StatusBadRequest, "the path cannot be read")
	}
	best, allowed := l.match(t, part(t, router, "routes"), method, segments)
	if best != nil {
		params := request.GetString("params").AsTable()
		for i, name := range best.pattern.names() {
			params.SetString(name, vm.String(best.params[i]))
		}
		return best.handler
	}
	if method == http.MethodGet || method == http.MethodHead {
		if f, ok := l.findStatic(t, part(t, router, "statics"), segments); ok {
			return f
		}
	}
	if len(allowed) > 0 {
		return l.notAllowed(method, allowed)
	}
	if f := router.GetString("missing"); f.IsFunction() {
		return f
	}
	return l.answerer(http.StatusNotFound, "there is nothing here")
}

// splitPath gives the decoded segments of a path.
func splitPath(escaped string) (segments []string, ok bool) {
	for part := range strings.SplitSeq(strings.TrimPrefix(escaped, "/"), "/") {
		segment, err := url.PathUnescape(part)
		if err != nil {
			return nil, false
		}
		segments = append(segments, segment)
	}
	return segments, true
}

// match gives the closest route for a path, nil when there is none, and then
// the methods for which there would be one.
func (l *library) match(t *vm.Thread, routes *vm.Table, method string, path []string) (best *route, allowed []string) {
	routes.Entries(func(k, v vm.Value) bool {
		key, _ := k.AsString()
		its, text, _ := strings.Cut(key, " ")
		p, err := parsePattern(text)
		if err != "" {
			t.Errorf("the route %s: %s", visible.Quote(key), err)
		}
		params, ok := p.match(path)
		if !ok {
			return true
		}
		allowed = append(allowed, its)
		if its != method && its != anyMethod && !(method == http.MethodHead && its == http.MethodGet) {
			return true
		}
		if best == nil || p.compare(best.pattern) < 0 || p.compare(best.pattern) == 0 && its == method {
			best = &route{p, params, v}
		}
		return true
	})
	return best, allowed
}

// notAllowed answers a method that a path does not have, and OPTIONS.
func (l *library) notAllowed(method string, allowed []string) vm.Value {
	if slices.Contains(allowed, http.MethodGet) {
		allowed = append(allowed, http.MethodHead)
	}
	allowed = append(allowed, http.MethodOptions)
	slices.Sort(allowed)
	list := strings.Join(slices.Compact(allowed), ", ")
	status, text := http.StatusMethodNotAllowed, method+" is not allowed here\n"
	if method == http.MethodOptions {
		status, text = http.StatusNoContent, ""
	}
	return l.state.NewFunction("route", func(t *vm.Thread) int {
		table := answer(t, status, "text/plain; charset=utf-8", text)
		table.GetString("headers").AsTable().SetString("allow", vm.String(list))
		return t.Return(vm.TableValue(table))
	})
}

// findStatic gives the handler of a path that lies under a prefix; of several
// prefixes the longest counts.
func (l *library) findStatic(t *vm.Thread, statics *vm.Table, segments []string) (vm.Value, bool) {
	whole := "/" + strings.Join(segments, "/")
	best, dir := "", ""
	found := false
	statics.Entries(func(k, v vm.Value) bool {
		prefix, _ := k.AsString()
		if (!found || len(prefix) > len(best)) && (whole == prefix || strings.HasPrefix(whole, prefix+"/")) {
			best, found = prefix, true
			dir, _ = v.AsString()
		}
		return true
	})
	if !found {
		return vm.Nil, false
	}
	place, ok := findDirectory(l.state, dir)
	if !ok {
		return l.answerer(http.StatusNotFound, "there is nothing here"), true
	}
	file := &staticFile{dir: place, name: strings.TrimPrefix(whole[len(best):], "/"), index: true}
	return l.state.NewFunction("static", func(t *vm.Thread) int { return t.Return(l.fileAnswer(file)) }), true
}
