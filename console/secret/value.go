package secret

import (
	"slices"
	"strings"
	"unicode/utf8"

	"lunarium/inspect/plain"
)

// This file shows values without secrets.

// Value gives what is shown of a value that stands under a name or path, "" if it has none: strings,
// numbers, tables and userdata under a name that looks secret are hidden, at any depth, and so
// is what follows such a name in a list, as in {"token", "x"}, or in a string. A name of which
// a part was cut off may be any: what stands under it is hidden. What v has stays as it is.
func (n *Names) Value(name string, v plain.Value) plain.Value {
	switch {
	case n == nil:
		return v
	case n.Has(name), slices.ContainsFunc(v.After, n.names):
		return hide(v)
	}
	return n.inside(v)
}

// inside gives what is shown of a value that may be looked into.
func (n *Names) inside(v plain.Value) plain.Value {
	if v.Kind == plain.String {
		cut := max(v.Length-len(v.Text), 0)
		v.Text = n.Text(v.Text)
		v.Length = len(v.Text) + cut
	}
	if len(v.Entries) == 0 {
		return v
	}
	entries := make([]plain.Entry, len(v.Entries))
	for i, e := range v.Entries {
		inList := e.Key.Kind == plain.Number && i > 0
		if n.names(e.Key) || inList && n.names(v.Entries[i-1].Value) {
			entries[i] = plain.Entry{Key: n.inside(e.Key), Value: hide(e.Value)}
			continue
		}
		entries[i] = plain.Entry{Key: n.inside(e.Key), Value: n.inside(e.Value)}
	}
	v.Entries = entries
	return v
}

// names tells whether what a value stands under, or after, looks secret.
func (n *Names) names(v plain.Value) bool {
	return v.Kind == plain.String && (v.Length > len(v.Text) || n.whole.MatchString(v.Text))
}

// localMark stands before the name of a variable in the path of a place in memory.
const localMark = ": local "

// cutMark ends a step of which a part was cut off.
const cutMark = "…"

// Path gives what is shown of the path of a place in memory: it ends at the first step that looks
// secret, or of which a part was cut off, and then hides says so: what stands there is a secret.
func (n *Names) Path(path string) (shown string, hides bool) {
	if n == nil {
		return path, false
	}
	first := true
	for rest := path; rest != ""; {
		if local, ok := strings.CutPrefix(rest, localMark); ok {
			rest, first = local, true
		}
		key, after, ok := plain.CutStep(rest, first)
		first = false
		if !ok {
			_, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
			continue
		}
		rest = after
		if !n.step(key) && !strings.HasSuffix(key.Text, cutMark) {
			continue
		}
		shown = n.Text(strings.TrimSuffix(path, rest))
		if rest != "" {
			shown += "." + Hidden
		}
		return shown, true
	}
	return n.Text(path), false
}

// Arguments gives what is shown of the words that something was started with. An option and its
// value may be two, and so may a name and what stands under it.
func (n *Names) Arguments(words []string) []string {
	shown := make([]string, len(words))
	for i, word := range words {
		shown[i] = n.Text(word)
		if i > 0 && !strings.Contains(words[i-1], "=") && n.Has(words[i-1]) {
			shown[i] = Hidden
		}
	}
	return shown
}

// hide hides a value that tells a secret.
func hide(v plain.Value) plain.Value {
	switch v.Kind {
	case plain.Nil, plain.Boolean, plain.Function, plain.Thread:
		return v
	}
	return plain.Value{Kind: plain.Hidden, Text: Hidden}
}
