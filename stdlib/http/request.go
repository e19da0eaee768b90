package http

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds requests as handlers see them.

// newRequest makes the table that a handler gets: method, path, query, headers,
// cookies, body, params, host, remote, url, and the methods json and form.
func (l *library) newRequest(ex *exchange) *vm.Table {
	r := ex.request
	query, _ := url.ParseQuery(r.URL.RawQuery) // pairs that can't be read are left out
	table := l.state.NewTable(0, 16)
	l.state.SetMetatable(table, l.request)
	for name, v := range map[string]string{
		"method": r.Method, "path": r.URL.Path, "url": r.URL.RequestURI(), "raw_path": r.URL.EscapedPath(),
		"host": r.Host, "remote": r.RemoteAddr, "body": ex.body,
	} {
		table.SetString(name, vm.String(v))
	}
	table.SetString("query", vm.TableValue(l.firsts(query)))
	table.SetString("headers", vm.TableValue(l.headerTable(r.Header)))
	table.SetString("params", vm.TableValue(l.state.NewTable(0, 0)))
	if r.Header.Get("Cookie") != "" {
		cookies := l.state.NewTable(0, 1)
		for _, c := range r.Cookies() {
			cookies.SetString(c.Name, vm.String(c.Value))
		}
		table.SetString("cookies", vm.TableValue(cookies))
	} else {
		table.SetString("cookies", vm.TableValue(l.state.NewTable(0, 0)))
	}
	return table
}

// firsts makes a table of the first value of each name.
func (l *library) firsts(values url.Values) *vm.Table {
	table := l.state.NewTable(0, len(values))
	for name, list := range values {
		table.SetString(name, vm.String(list[0]))
	}
	return table
}

// headerTable makes a table that finds a header however its name is spelt.
// Several of one name are joined.
func (l *library) headerTable(header http.Header) *vm.Table {
	table := l.state.NewTable(0, len(header))
	names := slices.SortedFunc(maps.Keys(header), byLowercase) // the order of pairs comes from it
	for _, name := range names {
		table.SetString(strings.ToLower(name), vm.String(joined(header[name])))
	}
	l.state.SetMetatable(table, l.headers)
	return table
}

func byLowercase(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

// joined makes one value of those of a header.
func joined(values []string) string { return strings.Join(values, ", ") }

// anyCase is __index of a table of headers.
func anyCase(t *vm.Thread) int {
	name, ok := t.Arg(2).AsString()
	if !ok {
		return t.Return(vm.Nil)
	}
	return t.Return(t.CheckTable(1).GetString(strings.ToLower(name)))
}

// form is request:form(): the fields of a form that was sent, and its files as
// tables of name, type and data.
func (l *library) form(t *vm.Thread) int {
	request := t.CheckTable(1)
	body, _ := request.GetString("body").AsString()
	headers := request.GetString("headers").AsTable()
	if headers == nil {
		t.Errorf("this request has no headers any more")
	}
	contentType, _ := headers.GetString("content-type").AsString()
	r, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	if err == nil {
		r.Header.Set("Content-Type", contentType)
		if strings.HasPrefix(contentType, "multipart/form-data") {
			err = r.ParseMultipartForm(int64(len(body)) + 1) // all of it stays in memory
		} else {
			err = r.ParseForm()
		}
	}
	if err != nil {
		text := fmt.Sprintf("the form cannot be read: %s", worded.Text(err))
		l.blame(request, "", text)
		t.Errorf("%s", text)
	}
	table := l.firsts(r.PostForm)
	if r.MultipartForm != nil {
		for name, list := range r.MultipartForm.File {
			table.SetString(name, vm.TableValue(l.upload(t, list[0])))
		}
	}
	return t.Return(vm.TableValue(table))
}

// bodyJSON is request:json() and answer:json(). A request whose body is no JSON is
// its client's fault.
func (l *library) bodyJSON(t *vm.Thread) int {
	message := t.CheckTable(1)
	decode := l.state.NewFunction("json", func(t *vm.Thread) int {
		return l.module(t, "json", "decode", t.Args(1), nil)
	})
	protect := l.state.NewFunction("json", func(t *vm.Thread) int { return t.ProtectArgs() })
	return t.CallThen(protect, []vm.Value{decode, message.GetString("body")}, func(t *vm.Thread) int {
		if t.Arg(1).Truth() {
			return t.ReturnArgs(2)
		}
		l.blame(message, "the body is no JSON: ", vm.ErrorText(t.Arg(2)))
		return t.Raise(t.Arg(2))
	})
}

// blame has a request answered with 400 if its handler does not catch the error
// that follows.
func (l *library) blame(request *vm.Table, what, reason string) {
	if ex := l.exchanges[request]; ex != nil {
		ex.fault, ex.reason = what+reason, reason
	}
}
