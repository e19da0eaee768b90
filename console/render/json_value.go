package render

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lunarium/inspect/plain"
)

// This file writes Lua values as JSON.

// value writes what a plain.Value describes; the forms are those of JSON.
func (e *jsonEncoder) value(v plain.Value, depth int) error {
	if depth > maxDepth {
		return ErrDepth
	}
	switch v.Kind {
	case plain.Nil:
		e.raw("null")
		return nil
	case plain.Boolean:
		fmt.Fprintf(&e.out, "%t", v.Bool)
		return nil
	case plain.Number:
		return e.number(v.Number)
	case plain.String:
		if v.Length > len(v.Text) {
			return e.cutString(v)
		}
		return e.luaString(v.Text)
	case plain.Table:
		return e.table(v, depth)
	}
	return e.wrapped("$"+v.Kind.String(), v.Text)
}

func (e *jsonEncoder) cutString(v plain.Value) error {
	if err := e.open("$cut"); err != nil {
		return err
	}
	if err := e.luaString(v.Text); err != nil {
		return err
	}
	fmt.Fprintf(&e.out, `,"$length":%d}`, v.Length)
	return nil
}

func (e *jsonEncoder) table(v plain.Value, depth int) error {
	switch {
	case v.Cycle:
		return e.wrapped("$cycle", v.Seen)
	case v.Seen != "":
		return e.wrapped("$same", v.Seen)
	case v.Cut && v.Total > 0, len(v.Entries) == 0 && v.Total > 0:
		fmt.Fprintf(&e.out, `{"$entries":%d}`, v.Total)
		return nil
	case len(v.Entries) == 0:
		e.raw("{}")
		return nil
	case v.IsList():
		return e.array(v, depth)
	case namedOnly(v):
		return e.object(v, depth)
	}
	return e.pairs(v, depth)
}

// namedOnly tells whether all keys can be an object's member names.
func namedOnly(v plain.Value) bool {
	for _, entry := range v.Entries {
		k := entry.Key
		if k.Kind != plain.String || k.Length > len(k.Text) || !utf8.ValidString(k.Text) || strings.HasPrefix(k.Text, "$") {
			return false
		}
	}
	return true
}

func (e *jsonEncoder) array(v plain.Value, depth int) error {
	e.raw("[")
	for i, entry := range v.Entries {
		if i > 0 {
			e.raw(",")
		}
		if err := e.value(entry.Value, depth+1); err != nil {
			return err
		}
	}
	if missing := v.Total - len(v.Entries); missing > 0 {
		fmt.Fprintf(&e.out, `,{"$more":%d}`, missing)
	}
	e.raw("]")
	return nil
}

func (e *jsonEncoder) object(v plain.Value, depth int) error {
	e.raw("{")
	for i, entry := range v.Entries {
		if i > 0 {
			e.raw(",")
		}
		if err := e.key(entry.Key.Text); err != nil {
			return err
		}
		if err := e.value(entry.Value, depth+1); err != nil {
			return err
		}
	}
	e.more(v)
	e.raw("}")
	return nil
}

func (e *jsonEncoder) pairs(v plain.Value, depth int) error {
	e.raw(`{"$pairs":[`)
	for i, entry := range v.Entries {
		if i > 0 {
			e.raw(",")
		}
		e.raw("[")
		if err := e.pairKey(entry.Key, depth+1); err != nil {
			return err
		}
		e.raw(",")
		if err := e.value(entry.Value, depth+1); err != nil {
			return err
		}
		e.raw("]")
	}
	e.raw("]")
	e.more(v)
	e.raw("}")
	return nil
}

func (e *jsonEncoder) pairKey(k plain.Value, depth int) error {
	if k.Kind == plain.Table && k.Text != "" {
		return e.wrapped("$table", k.Text)
	}
	return e.value(k, depth)
}

// more writes the number of entries not shown as one more member.
func (e *jsonEncoder) more(v plain.Value) {
	if missing := v.Total - len(v.Entries); missing > 0 {
		fmt.Fprintf(&e.out, `,"$more":%d`, missing)
	}
}

func (e *jsonEncoder) texts(t Texts) error {
	e.raw("[")
	for i, text := range t.First {
		if i > 0 {
			e.raw(",")
		}
		if err := e.luaString(text); err != nil {
			return err
		}
	}
	if t.More > 0 {
		fmt.Fprintf(&e.out, `,{"$more":%d}`, t.More)
	}
	e.raw("]")
	return nil
}
