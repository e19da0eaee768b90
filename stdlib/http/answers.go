package http

import (
	"html"
	"net/http"
	"path/filepath"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds the functions that make answers.

// answer makes the table of an answer.
func answer(t *vm.Thread, status int, contentType, body string) *vm.Table {
	table := t.State().NewTable(0, 3)
	headers := t.State().NewTable(0, 1)
	table.SetString("status", vm.Int(status))
	if contentType != "" {
		headers.SetString("content-type", vm.String(contentType))
	}
	table.SetString("headers", vm.TableValue(headers))
	table.SetString("body", vm.String(body))
	return table
}

// typed makes http.text and http.html: f(text [, status]).
func typed(contentType string) func(*vm.Thread) int {
	return func(t *vm.Thread) int {
		body := t.CheckString(1)
		return t.Return(vm.TableValue(answer(t, t.OptInt(2, http.StatusOK), contentType, body)))
	}
}

// json is http.json(value [, status]).
func (l *library) json(t *vm.Thread) int {
	value, status := t.CheckAny(1), t.OptInt(2, http.StatusOK)
	return l.module(t, "json", "encode", []vm.Value{value}, func(t *vm.Thread) int {
		return t.Return(vm.TableValue(answer(t, status, "application/json", t.CheckString(1))))
	})
}

// escape is http.escape(text): text that stays text in HTML, also in quoted
// attributes.
func escape(t *vm.Thread) int {
	s := t.CheckString(1)
	marks := 0
	for _, mark := range [...]string{"&", "<", ">", `"`, "'"} {
		marks += strings.Count(s, mark)
	}
	t.Take(len(s) + marks*len("&amp;"))
	return t.Return(vm.String(html.EscapeString(s)))
}

// redirect is http.redirect(location [, status]); 303 lets a form's answer be
// fetched with GET.
func redirect(t *vm.Thread) int {
	t.Take(longestEscape * len(t.CheckString(1)))
	location := escapeAll(headerValue(t, "location", vm.String(t.CheckString(1))), addressMarks)
	table := answer(t, t.OptInt(2, http.StatusSeeOther), "", "")
	table.GetString("headers").AsTable().SetString("location", vm.String(location))
	return t.Return(vm.TableValue(table))
}

// events is http.events(f): an answer that f(stream) goes on giving.
func events(t *vm.Thread) int {
	table := answer(t, http.StatusOK, "", "")
	table.SetString("events", t.CheckFunction(1))
	return t.Return(vm.TableValue(table))
}

// file is http.file(path): the answer is a file.
func (l *library) file(t *vm.Thread) int {
	name := t.CheckString(1)
	return t.Return(l.fileAnswer(&staticFile{dir: filepath.Dir(name), name: filepath.Base(name)}))
}

func (l *library) fileAnswer(f *staticFile) vm.Value {
	table := l.state.NewTable(0, 1)
	table.SetString("file", staticFiles.New(l.state, f, nil))
	return vm.TableValue(table)
}
