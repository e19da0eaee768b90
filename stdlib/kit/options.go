package kit

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file holds options: what a table that a function is given may say.

// Option is one of the names that an options table may have. What it says goes into a T,
// which holds the defaults before.
type Option[T any] struct {
	Name  string
	Takes string                       // for people: "true or false"
	Set   func(to *T, v vm.Value) bool // false when the option does not take the value
}

// Options are all names that a function's options table may have.
type Options[T any] []Option[T]

// Read reads argument i, a table of options or nothing, into to.
func (o Options[T]) Read(t *vm.Thread, i int, to *T) {
	if !t.Arg(i).IsNil() {
		o.ReadTable(t, i, t.CheckTable(i), to)
	}
}

// ReadTable reads a table that argument i is, or that stands in it.
func (o Options[T]) ReadTable(t *vm.Thread, i int, table *vm.Table, to *T) {
	for _, option := range o {
		if v := table.GetString(option.Name); !v.IsNil() && !option.Set(to, v) {
			t.ArgError(i, fmt.Sprintf("the option '%s' takes %s, not %s", option.Name, option.Takes, shown(v)))
		}
	}
	table.Entries(func(k, _ vm.Value) bool {
		name, ok := k.AsString()
		switch {
		case !ok:
			t.ArgError(i, "unknown option "+shown(k))
		case !slices.ContainsFunc(o, func(option Option[T]) bool { return option.Name == name }):
			t.ArgError(i, "unknown option '"+visible.Line(name)+"'")
		}
		return true
	})
}

// longestShown is how many bytes of a text an error shows.
const longestShown = 60

// shown words a value that an option does not take.
func shown(v vm.Value) string {
	if text, ok := v.AsString(); ok {
		if len(text) > longestShown {
			return fmt.Sprintf("a string of %d bytes", len(text))
		}
		return visible.Quote(text)
	}
	switch v.Type() {
	case vm.TypeBoolean:
		return strconv.FormatBool(v.Truth())
	case vm.TypeNumber:
		return vm.ErrorText(v)
	}
	return "a " + v.Type().String()
}

// Value is an option that takes any value.
func Value[T any](name string, field func(*T) *vm.Value) Option[T] {
	return Option[T]{name, "a value", func(to *T, v vm.Value) bool { *field(to) = v; return true }}
}

// Table is an option that takes a table; takes says which one.
func Table[T any](name, takes string, field func(*T) **vm.Table) Option[T] {
	return Option[T]{name, takes, func(to *T, v vm.Value) bool {
		*field(to) = v.AsTable()
		return v.IsTable()
	}}
}

// Flag is an option that takes true or false.
func Flag[T any](name string, field func(*T) *bool) Option[T] {
	return Option[T]{name, "true or false", func(to *T, v vm.Value) bool {
		*field(to) = v.Truth()
		return v.Type() == vm.TypeBoolean
	}}
}

// Text is an option that takes a string which is not empty and has no zero byte; takes
// says what it is.
func Text[T any](name, takes string, field func(*T) *string) Option[T] {
	return Option[T]{name, takes, func(to *T, v vm.Value) bool {
		text, _ := v.AsString()
		*field(to) = text
		return text != "" && !strings.ContainsRune(text, 0)
	}}
}

// AnyText is an option that takes a string.
func AnyText[T any](name string, field func(*T) *string) Option[T] {
	return Option[T]{name, "a string", func(to *T, v vm.Value) (ok bool) {
		*field(to), ok = v.AsString()
		return ok
	}}
}

// Texts is an option that takes an array of strings.
func Texts[T any](name string, field func(*T) *[]string) Option[T] {
	return Option[T]{name, "an array of strings", func(to *T, v vm.Value) bool {
		table := v.AsTable()
		if table == nil {
			return false
		}
		list := make([]string, table.Len())
		for i := range list {
			text, ok := table.GetInt(i + 1).AsString()
			if !ok {
				return false
			}
			list[i] = text
		}
		*field(to) = list
		return true
	}}
}

// Choice is an option that takes one of some texts; set is told which.
func Choice[T any](name string, set func(to *T, i int), choices ...string) Option[T] {
	quoted := make([]string, len(choices))
	for i, choice := range choices {
		quoted[i] = `"` + choice + `"`
	}
	last := len(quoted) - 1
	return Option[T]{name, strings.Join(quoted[:last], ", ") + " or " + quoted[last], func(to *T, v vm.Value) bool {
		text, _ := v.AsString()
		for i, choice := range choices {
			if text == choice {
				set(to, i)
				return true
			}
		}
		return false
	}}
}

// Exact is the largest integer up to which numbers tell all integers apart.
const Exact = 1 << 53

// Integer is an option that takes an integer of a range; Exact is no bound.
func Integer[T any](name string, least, most int, field func(*T) *int) Option[T] {
	takes := fmt.Sprintf("an integer from %d to %d", least, most)
	if most == Exact {
		takes = fmt.Sprintf("an integer, at least %d", least)
	}
	return Option[T]{name, takes, func(to *T, v vm.Value) bool {
		f, ok := v.AsNumber()
		if !ok || f != math.Trunc(f) || f < float64(least) || f > float64(most) {
			return false
		}
		*field(to) = int(f)
		return true
	}}
}

// Bounded is an option that takes a number from least on; what is more than most counts
// as most, fractions are cut off.
func Bounded[T any](name string, least, most int, field func(*T) *int) Option[T] {
	return Option[T]{name, fmt.Sprintf("a number, at least %d", least), func(to *T, v vm.Value) bool {
		f, ok := v.AsNumber()
		if !ok || !(f >= float64(least)) {
			return false
		}
		*field(to) = int(min(f, float64(most)))
		return true
	}}
}

// Seconds is an option that takes a time above 0, at most Longest.
func Seconds[T any](name string, field func(*T) *time.Duration) Option[T] {
	return Option[T]{name, "seconds, more than 0", func(to *T, v vm.Value) bool {
		f, _ := v.AsNumber()
		*field(to) = Duration(f)
		return f > 0
	}}
}

// SecondsOrNone is Seconds that takes 0, too.
func SecondsOrNone[T any](name string, field func(*T) *time.Duration) Option[T] {
	return Option[T]{name, "seconds, at least 0", func(to *T, v vm.Value) bool {
		f, ok := v.AsNumber()
		*field(to) = Duration(f)
		return ok && f >= 0
	}}
}

// Longest is the longest time that seconds give, about ten years.
const Longest = 10 * 365 * 24 * time.Hour

// Duration gives seconds as a time: what is above 0 is a millisecond at least and Longest
// at most, anything else 0.
func Duration(seconds float64) time.Duration {
	if !(seconds > 0) {
		return 0
	}
	return max(time.Duration(min(seconds, Longest.Seconds())*float64(time.Second)), time.Millisecond)
}
