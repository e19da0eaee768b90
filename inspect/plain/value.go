package plain

// This file holds values: what a Lua value looks like to people, and in which order a table is shown.

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the Lua type of a described value.
type Kind uint8

// The Lua types. The zero Value is nil.
const (
	Nil Kind = iota
	Boolean
	Number
	String
	Table
	Function
	Userdata
	Thread
	Hidden // a value that who looks may not see
)

var kindNames = [...]string{"nil", "boolean", "number", "string", "table", "function", "userdata", "thread", "hidden"}

// String gives the name that Lua's type function gives.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Value describes one Lua value in plain data: sorted, limited, and detached
// from the state that it was read from.
type Value struct {
	Kind   Kind
	Bool   bool    // of a boolean
	Number float64 // of a number

	// Text holds a string's bytes, or a short description of a function,
	// userdata or thread ("function join chat_room_service.lua:10"), or of a
	// table that stands as a key; of a number, the address and name that it is known to be.
	Text   string
	Length int // of a string: its full length in bytes; more than len(Text) when cut

	Entries []Entry // of a table, in the order of SortEntries
	Total   int     // entries the table really has; more than len(Entries) when cut
	Cut     bool    // the table's entries were not looked at, because of the depth limit

	// Seen is the path of the place where this same table was shown first; this
	// place then has no entries. Cycle tells that the place is an ancestor of
	// this one; with an empty Seen it is the unnamed value at the top.
	Seen  string
	Cycle bool

	HasMetatable bool

	// After holds strings, of what a path led to: those that it, and the tables on the path,
	// follow in lists. In {"token", "x"} the second element is after "token".
	After []Value
}

// Entry is one entry of a table.
type Entry struct{ Key, Value Value }

// OfBool describes a boolean.
func OfBool(b bool) Value { return Value{Kind: Boolean, Bool: b} }

// OfNumber describes a number.
func OfNumber(f float64) Value { return Value{Kind: Number, Number: f} }

// OfString describes a string, of which at most limit bytes are kept (all when
// limit is not positive). UTF-8 sequences are not cut apart.
func OfString(s string, limit int) Value {
	v := Value{Kind: String, Text: s, Length: len(s)}
	if limit > 0 && len(s) > limit {
		end := limit
		for back := 0; back < utf8.UTFMax-1 && end > 0 && !utf8.RuneStart(s[end]); back++ {
			end--
		}
		if !utf8.RuneStart(s[end]) {
			end = limit // not UTF-8: cut anywhere
		}
		v.Text = strings.Clone(s[:end])
	}
	return v
}

// OfEntries describes a table that has exactly the given entries, and sorts them.
func OfEntries(entries ...Entry) Value {
	SortEntries(entries)
	return Value{Kind: Table, Entries: entries, Total: len(entries)}
}

// OfList describes a table with keys 1, 2, …
func OfList(values ...Value) Value {
	entries := make([]Entry, len(values))
	for i, v := range values {
		entries[i] = Entry{OfNumber(float64(i + 1)), v}
	}
	return Value{Kind: Table, Entries: entries, Total: len(entries)}
}

// Shared tells whether the value stands for a table that is shown elsewhere.
func (v Value) Shared() bool { return v.Seen != "" || v.Cycle }

// Empty tells whether the value is a table without entries.
func (v Value) Empty() bool { return v.Kind == Table && v.Total == 0 && !v.Shared() }

// IsList tells whether the entries shown of a table have exactly the keys 1, 2, …
// An empty table is a list.
func (v Value) IsList() bool {
	if v.Kind != Table || v.Cut || v.Shared() {
		return false
	}
	for i, e := range v.Entries {
		if e.Key.Kind != Number || e.Key.Number != float64(i+1) {
			return false
		}
	}
	return true
}

// Field gives the value of a string key, and whether it is among the entries.
func (v Value) Field(name string) (Value, bool) {
	for _, e := range v.Entries {
		if e.Key.Kind == String && e.Key.Text == name {
			return e.Value, true
		}
	}
	return Value{}, false
}

// keyOrder ranks keys of different types: numbers, strings, booleans, others.
var keyOrder = [...]int{Nil: 7, Boolean: 2, Number: 0, String: 1, Table: 3, Function: 4, Userdata: 5, Thread: 6}

// CompareKeys orders keys: numbers, strings by bytes, false, true, others by
// type and description.
func CompareKeys(a, b Value) int {
	if c := cmp.Compare(keyOrder[a.Kind], keyOrder[b.Kind]); c != 0 {
		return c
	}
	switch a.Kind {
	case Number:
		return cmp.Compare(a.Number, b.Number)
	case Boolean:
		switch {
		case a.Bool == b.Bool:
			return 0
		case b.Bool:
			return -1
		}
		return 1
	}
	return cmp.Compare(a.Text, b.Text)
}

// SortEntries puts a table's entries in the order in which they are shown: the
// array part (keys 1, 2, … without a gap) first, the rest by CompareKeys.
func SortEntries(entries []Entry) {
	slices.SortStableFunc(entries, func(a, b Entry) int { return CompareKeys(a.Key, b.Key) })
	first, ok := slices.BinarySearchFunc(entries, OfNumber(1), func(e Entry, k Value) int { return CompareKeys(e.Key, k) })
	if !ok || first == 0 {
		return
	}
	end := first
	for want := 1.0; end < len(entries) && entries[end].Key.Kind == Number; end++ {
		// Keys between two integers belong to the rest, so they end the run.
		if entries[end].Key.Number != want {
			break
		}
		want++
	}
	before := slices.Clone(entries[:first])
	copy(entries, entries[first:end])
	copy(entries[end-first:], before)
}

// mostExact is the greatest of the whole numbers that are all exact.
const mostExact = 1 << 53

// FormatNumber writes a number as Lua 5.2 prints it (%.14g), but whole numbers up to
// 2^53 with all their digits: they are identifiers and times, in which each one
// counts. Every NaN is "nan", since its sign says nothing.
func FormatNumber(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case f == math.Trunc(f) && math.Abs(f) <= mostExact:
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', 14, 64)
}

// Results are the values that a call or a piece of code gave.
type Results struct {
	Values []Value
}
