package http

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"lunarium/runtime/host"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds answers as plain data, and how they are written.

// response is an answer in plain data; events alone is a Lua function, which
// stays on the service's thread.
type response struct {
	status int
	header http.Header
	body   string
	file   *staticFile
	events vm.Value
	stream *stream
}

// failure is an answer of the server's own.
func failure(status int, text string) response {
	return response{status: status, events: vm.Nil, body: text + "\n", header: http.Header{
		"Content-Type": {"text/plain; charset=utf-8"},
	}}
}

// toResponse reads what a handler gave: nothing (204), a string (200, plain
// text), or a table with status, headers and body, or file or events.
func toResponse(t *vm.Thread, v vm.Value) response {
	r := response{status: http.StatusOK, header: http.Header{}, events: vm.Nil}
	if v.IsNil() {
		r.status = http.StatusNoContent
		return r
	}
	if text, ok := v.AsString(); ok {
		r.body = text
		r.header.Set("Content-Type", "text/plain; charset=utf-8")
		return r
	}
	table := v.AsTable()
	if table == nil {
		t.Errorf("a handler's answer must be a string or a table, not a %s", v.Type())
	}
	checkAnswer(t, table)
	r.status = statusOf(t, table.GetString("status"))
	readHeaders(t, table.GetString("headers"), r.header)
	body := table.GetString("body")
	text, ok := vm.ToString(body)
	if !ok && !body.IsNil() {
		t.Errorf("an answer's body must be a string, not a %s; http.json makes one of a table", body.Type())
	}
	r.body = text
	if v := table.GetString("file"); !v.IsNil() {
		if r.file, _ = staticFiles.Of(v); r.file == nil {
			t.Errorf("an answer's file must be what http.file gives, not a %s", v.Type())
		}
	}
	if r.events = table.GetString("events"); !r.events.IsNil() && !r.events.IsFunction() {
		t.Errorf("an answer's events must be a function, not a %s", r.events.Type())
	}
	return r
}

// answerFields are the fields of an answer; url is the client's, whose answers
// can be passed on.
var answerFields = map[string]bool{"status": true, "headers": true, "body": true, "file": true, "events": true, "url": true}

// checkAnswer refuses a table that was not meant as an answer.
func checkAnswer(t *vm.Thread, table *vm.Table) {
	table.Entries(func(k, _ vm.Value) bool {
		name, ok := k.AsString()
		if ok && answerFields[name] {
			return true
		}
		if !ok {
			name = "[" + vm.ErrorText(k) + "]"
		}
		t.Errorf("a handler's answer is a string, or a table {status = …, headers = …, body = …}, not one with %s; "+
			"http.json makes an answer of any table", name)
		return false
	})
}

func statusOf(t *vm.Thread, v vm.Value) int {
	if v.IsNil() {
		return http.StatusOK
	}
	f, ok := v.AsNumber()
	if !ok || f != float64(int(f)) || f < 200 || f > 599 {
		t.Errorf("an answer's status must be a whole number from 200 to 599, not %s", vm.ErrorText(v))
	}
	return int(f)
}

// readHeaders takes a table of headers; a value is a string, or an array of
// them for a header that is there several times.
func readHeaders(t *vm.Thread, v vm.Value, into http.Header) {
	if v.IsNil() {
		return
	}
	table := v.AsTable()
	if table == nil {
		t.Errorf("headers must be a table, not a %s", v.Type())
	}
	table.Entries(func(k, v vm.Value) bool {
		name, ok := k.AsString()
		if !ok || !isToken(name) {
			t.Errorf("%s is no name for a header", visible.Quote(vm.ErrorText(k)))
		}
		if list := v.AsTable(); list != nil {
			for i := 1; i <= list.Len(); i++ {
				into.Add(name, headerValue(t, name, list.GetInt(i)))
			}
			return true
		}
		into.Set(name, headerValue(t, name, v))
		return true
	})
}

func headerValue(t *vm.Thread, name string, v vm.Value) string {
	text, ok := vm.ToString(v)
	if !ok {
		t.Errorf("the header %s must be a string, not a %s", name, v.Type())
	}
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			t.Errorf("the header %s has a control character in it", name)
		}
	}
	return text
}

// isToken tells whether a text may be a header's name or a method (RFC 9110,
// section 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		if !isAlphanumeric(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return text != ""
}

// write sends the answer; the connection's goroutine.
func (a *response) write(w *writer, r *http.Request, s *server) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	if header.Get("X-Content-Type-Options") == "" {
		header.Set("X-Content-Type-Options", "nosniff")
	}
	switch {
	case a.stream != nil:
		a.stream.serve(w, s)
	case a.file != nil:
		a.file.serve(w, r, host.Files(s.lib.state))
	default:
		if a.body != "" && header.Get("Content-Type") == "" {
			header.Set("Content-Type", "application/octet-stream")
		}
		if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
			header.Set("Content-Length", fmt.Sprint(len(a.body)))
		}
		w.WriteHeader(a.status)
		if r.Method != http.MethodHead {
			io.WriteString(w, a.body)
		}
	}
}
