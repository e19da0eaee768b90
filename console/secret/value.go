package secret

import "lunarium/inspect/plain"

// This file shows values without secrets.

// Value gives what is shown of a value that stands under a name or path, "" if it has none: strings,
// numbers, tables and userdata under a name that looks secret are hidden, at any depth, and so
// is what follows such a name in a list, as in {"token", "x"}, or in a string. What v has stays as it is.
func (n *Names) Value(name string, v plain.Value) plain.Value {
	switch {
	case n == nil:
		return v
	case n.Has(name):
		return hide(v)
	case v.Kind == plain.String:
		cut := max(v.Length-len(v.Text), 0)
		v.Text = n.Text(v.Text)
		v.Length = len(v.Text) + cut
		return v
	case len(v.Entries) == 0:
		return v
	}
	entries := make([]plain.Entry, len(v.Entries))
	for i, e := range v.Entries {
		name := ""
		switch {
		case e.Key.Kind == plain.String:
			name = e.Key.Text
		case i > 0 && n.whole.MatchString(v.Entries[i-1].Value.Text): // of a list
			name = v.Entries[i-1].Value.Text
		}
		entries[i] = plain.Entry{Key: e.Key, Value: n.Value(name, e.Value)}
	}
	v.Entries = entries
	return v
}

// hide hides a value that tells a secret.
func hide(v plain.Value) plain.Value {
	switch v.Kind {
	case plain.Nil, plain.Boolean, plain.Function, plain.Thread:
		return v
	}
	return plain.Value{Kind: plain.Hidden, Text: Hidden}
}
