package http

import (
	"net/http"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the declarations of the library's functions and of its objects' methods.

// Declarations gives what the library and its objects consist of.
func Declarations() []kit.Library {
	l := (*library)(nil)
	return []kit.Library{
		l.functions(), l.requestMethods(), l.answerMethods(), l.streamMethods(), serverMethods, routerMethods,
	}
}

func (l *library) functions() kit.Library {
	return kit.Library{Name: "http", Functions: []kit.Function{
		kit.Fn("serve", "address, handler [, options]", kit.Asks, "listens, and gives the server",
			l.serve),
		kit.Fn("router", "", kit.None, "makes a router of requests",
			l.newRouter),
		kit.Fn("json", "value [, status]", kit.None, "makes an answer of JSON",
			l.json),
		kit.Fn("text", "text [, status]", kit.None, "makes an answer of plain text",
			typed("text/plain; charset=utf-8")),
		kit.Fn("html", "text [, status]", kit.None, "makes an answer of HTML",
			typed("text/html; charset=utf-8")),
		kit.Fn("redirect", "location [, status]", kit.None, "makes an answer that sends elsewhere (303)",
			redirect),
		kit.Fn("escape", "text", kit.None, "makes text stay text in HTML",
			escape),
		kit.Fn("file", "path", kit.Reads, "makes an answer of a file",
			l.file),
		kit.Fn("events", "f", kit.None, "makes an answer that f(stream) goes on giving, of server-sent events",
			events),
		kit.Fn("request", "options", kit.Asks, "sends a request and gives the answer: status, headers, body, url",
			l.fetch),
		kit.Fn("get", "url [, options]", kit.Asks, "sends a GET request and gives the answer",
			l.get),
	}}
}

func (l *library) requestMethods() kit.Library {
	return kit.Library{Name: "request", Object: true, Functions: []kit.Function{
		kit.Fn("json", "", kit.None, "gives the value of a body of JSON",
			l.bodyJSON),
		kit.Fn("form", "", kit.None, "gives the fields of a form, and its files",
			l.form),
	}}
}

// answerMethods are those of what the client got.
func (l *library) answerMethods() kit.Library {
	return kit.Library{Name: "answer", Object: true, Functions: []kit.Function{
		kit.Fn("json", "", kit.None, "gives the value of a body of JSON",
			l.bodyJSON),
	}}
}

func (l *library) streamMethods() kit.Library {
	return kit.Library{Name: "stream", Object: true, Functions: []kit.Function{
		kit.Fn("send", "event", kit.Done, "sends an event, and waits while the client is slow; false when it is gone",
			l.send),
		kit.Fn("wait", "[seconds]", kit.Asks, "waits until the client is gone (false), or the time has passed (true)",
			l.wait),
	}}
}

var routerMethods = kit.Library{Name: "router", Object: true, Functions: []kit.Function{
	kit.Fn("get", "pattern, handler", kit.None, "handles GET requests",
		routeOf(http.MethodGet)),
	kit.Fn("post", "pattern, handler", kit.None, "handles POST requests",
		routeOf(http.MethodPost)),
	kit.Fn("put", "pattern, handler", kit.None, "handles PUT requests",
		routeOf(http.MethodPut)),
	kit.Fn("delete", "pattern, handler", kit.None, "handles DELETE requests",
		routeOf(http.MethodDelete)),
	kit.Fn("patch", "pattern, handler", kit.None, "handles PATCH requests",
		routeOf(http.MethodPatch)),
	kit.Fn("head", "pattern, handler", kit.None, "handles HEAD requests",
		routeOf(http.MethodHead)),
	kit.Fn("options", "pattern, handler", kit.None, "handles OPTIONS requests",
		routeOf(http.MethodOptions)),
	kit.Fn("any", "pattern, handler", kit.None, "handles requests of every method",
		routeOf(anyMethod)),
	kit.Fn("route", "method, pattern, handler", kit.None, "handles requests of a method",
		addRoute),
	kit.Fn("static", "prefix, directory", kit.None, "serves the files of a directory",
		addStatic),
	kit.Fn("before", "f", kit.None, "runs f(request) before each handler; what it returns is the answer",
		addBefore),
	kit.Fn("not_found", "f", kit.None, "handles requests that nothing else does",
		setNotFound),
}}

// routeOf makes the method of a router that handles requests of an HTTP method.
func routeOf(method string) func(*vm.Thread) int {
	return func(t *vm.Thread) int { return setRoute(t, method, 2) }
}
