package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/console/secret"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file shows a service's state, a level at a time, and has values of it set.

// stateRequest asks for a level of a service's state.
type stateRequest struct {
	Service message.Address `json:"service"`
	Path    string          `json:"path"`  // of a table; "": the names of the state
	Most    int             `json:"most"`  // entries
	Whole   bool            `json:"whole"` // the expression of the value is wanted, too
}

// stateLevel is the names of a state, or the entries of one table.
type stateLevel struct {
	Rows  []stateRow `json:"rows"`
	Total int        `json:"total"`
	Most  int        `json:"most"` // rows that a level may have
	Table bool       `json:"table"`
	Value string     `json:"value"` // as of a row, if it is wanted
}

// stateRow is one of them.
type stateRow struct {
	Name  string `json:"name"`
	Path  string `json:"path"` // as dump and set take it; "": none leads there
	Kind  string `json:"kind"` // as Lua's type names it
	Text  string `json:"text"` // the value on a line
	Opens bool   `json:"opens"`
	Value string `json:"value"` // an expression that gives the value; "": it is too long for one
}

const (
	mostEntries = 2000 // of a level
	stateText   = 200  // bytes of each string
	// mostValue is the bytes of a string that can be set with the value before in the field.
	mostValue = 16 << 10
	stateWait = console.DefaultLimit
)

// stateOf reads a level, without the values of some names. Tables in it that say no more than
// a line stand on theirs.
func stateOf(ctx context.Context, svc *service.Service, path plain.Path, most int, whole bool, hidden *secret.Names) (stateLevel, error) {
	ctx, cancel := context.WithTimeout(ctx, stateWait)
	defer cancel()
	limits := plain.Limits{Depth: 1, Width: most, Text: stateText, Total: 2 * mostEntries}
	if len(path) > 0 {
		limits.Depth++
	}
	if whole {
		limits.Text = mostValue
	}
	state, err := inspect.Dump(ctx, svc, path, limits)
	if err != nil {
		return stateLevel{}, err
	}
	v := plain.Value{Kind: plain.Table, Entries: state.Entries, Total: state.Total}
	if len(path) > 0 {
		v = state.Entries[0].Value
	}
	v = hidden.Value(path.String(), v)
	level := stateLevel{Total: v.Total, Most: mostEntries, Table: v.Kind == plain.Table, Rows: []stateRow{}}
	if whole {
		level.Value = expressionOf(v)
	}
	for _, e := range v.Entries[:min(most, len(v.Entries))] {
		level.Rows = append(level.Rows, stateRowOf(path, e))
	}
	return level, nil
}

func stateRowOf(path plain.Path, e plain.Entry) stateRow {
	v := e.Value.Within(plain.Limits{Text: stateText})
	row := stateRow{Name: render.KeyText(e.Key), Kind: v.Kind.String(), Text: render.Style{}.Inline(v, 0), Value: expressionOf(v)}
	if key, ok := plain.KeyOf(e.Key); ok {
		row.Path = path.Append(key).String()
	}
	if v.Kind == plain.Table {
		row.Opens = row.Path != "" && (v.Total > 0 || v.Shared())
		switch {
		case v.Cut:
			row.Text = render.Plural(v.Total, "entry", "entries")
		case v.Empty():
			row.Text = "(empty)"
		}
		if v.HasMetatable {
			row.Text += "  (metatable)"
		}
	}
	return row
}

// expressionOf writes a value as it can be typed, if all of it is there.
func expressionOf(v plain.Value) string {
	switch v.Kind {
	case plain.Nil, plain.Boolean:
		return render.Style{}.Inline(v, 0)
	case plain.Number:
		if v.Number != v.Number {
			return "0/0"
		}
		return strings.Trim(plain.NumberKey(v.Number).String(), "[]")
	case plain.String:
		if v.Length <= len(v.Text) {
			return visible.Quote(v.Text)
		}
	case plain.Table:
		return constructorOf(v)
	}
	return ""
}

// constructorOf writes a table as it can be typed, if all of it is there.
func constructorOf(v plain.Value) string {
	if v.Cut || v.Shared() || v.HasMetatable || len(v.Entries) < v.Total {
		return ""
	}
	fields := make([]string, 0, len(v.Entries))
	isList := v.IsList()
	for _, e := range v.Entries {
		value := expressionOf(e.Value)
		key, ok := plain.KeyOf(e.Key)
		if value == "" || !ok {
			return ""
		}
		if !isList {
			value = plain.Path{key}.String() + " = " + value
		}
		fields = append(fields, value)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// turn lets a page ask one thing of services at a time; false: the browser waits no more.
func (p *page) turn(ctx context.Context) (done func(), ok bool) {
	select {
	case p.asking <- struct{}{}:
		return func() { <-p.asking }, true
	case <-ctx.Done():
		return nil, false
	}
}

func (s *Server) showState(w http.ResponseWriter, r *http.Request, p *page) {
	var asked stateRequest
	if !read(w, r, &asked) {
		return
	}
	path, err := plain.ParsePath(asked.Path)
	if err != nil {
		http.Error(w, visible.Text(worded.Text(err)), http.StatusBadRequest)
		return
	}
	svc := s.config.Node.Service(asked.Service)
	if svc == nil {
		http.Error(w, "the service has ended", http.StatusNotFound)
		return
	}
	done, ok := p.turn(r.Context())
	if !ok {
		return
	}
	defer done()
	level, err := stateOf(r.Context(), svc, path, min(max(asked.Most, 1), mostEntries), asked.Whole, p.hidden())
	if err != nil {
		http.Error(w, visible.Text(stateTrouble(err)), http.StatusUnprocessableEntity)
		return
	}
	answer(w, level)
}

func stateTrouble(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return console.LateText(err, stateWait)
	}
	return worded.Text(err)
}

// setRequest puts a value into a service's state.
type setRequest struct {
	Service message.Address `json:"service"`
	Path    string          `json:"path"`
	Value   string          `json:"value"` // an expression, as the command set takes it
}

// said is what a command has shown.
type said struct {
	Text   string `json:"text"`
	Failed bool   `json:"failed"`
}

// setState runs the command set, as if it had been typed.
func (s *Server) setState(w http.ResponseWriter, r *http.Request, p *page) {
	var asked setRequest
	if !read(w, r, &asked) {
		return
	}
	path, err := plain.ParsePath(asked.Path)
	if err != nil || len(path) == 0 || strings.TrimSpace(asked.Value) == "" || !isLine(asked.Value) {
		http.Error(w, `a path and an expression on one line are needed, such as 5 or "tea"; nil takes the value away`, http.StatusBadRequest)
		return
	}
	done, ok := p.turn(r.Context())
	if !ok {
		return
	}
	defer done()
	text, failed := p.terminal.beside(r.Context(), fmt.Sprintf("set %s %s %s", asked.Service, path, asked.Value))
	answer(w, said{text, failed})
}
