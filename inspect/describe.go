package inspect

import (
	"context"
	"fmt"
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Limits bound what a description shows.
type Limits struct {
	Depth int // levels of nested tables; 0 shows none of a table's entries
	Width int // entries shown of each table
	Text  int // bytes shown of each string
}

// DefaultLimits fit a screen.
var DefaultLimits = Limits{Depth: 6, Width: 100, Text: 2000}

// describer turns live values into plain ones; tables seen before are named by
// the path at which they were first shown.
type describer struct {
	limits Limits
	work   *work
	seen   map[vm.Identity]string
	active map[vm.Identity]bool
}

func newDescriber(limits Limits, w *work) *describer {
	return &describer{limits: limits, work: w, seen: map[vm.Identity]string{}, active: map[vm.Identity]bool{}}
}

// Describe gives plain data for values that the caller may look at: detached
// ones, or on the service's own thread.
func Describe(limits Limits, values ...vm.Value) []Value { return describe(nil, limits, values...) }

// description describes values: at once, if one step is enough, or when it is asked
// for.
type description struct {
	values []Value
	left   func(*work) // nil: nothing
}

// describeIn begins to describe values on the service's own thread.
func describeIn(s *service.Service, limits Limits, values ...vm.Value) *description {
	d := &description{}
	values = slices.Clone(values)
	all := func(w *work) { d.values = describe(w, limits, values...) }
	if !inOneStep(s, all) {
		d.left = all
	}
	return d
}

// finish gives the values.
func (d *description) finish(ctx context.Context, s *service.Service) ([]Value, error) {
	if d.left == nil {
		return d.values, nil
	}
	err := inSteps(ctx, s, func(_ *vm.State, w *work) { d.left(w) })
	return d.values, err
}

// describe is Describe as work that may be done in steps.
func describe(w *work, limits Limits, values ...vm.Value) []Value {
	d := newDescriber(limits, w)
	described := make([]Value, len(values))
	for i, v := range values {
		described[i] = d.value(v, nil, limits.Depth)
	}
	return described
}

func (d *describer) value(v vm.Value, path Path, depth int) Value {
	switch v.Type() {
	case vm.TypeNil:
		return Value{Kind: Nil}
	case vm.TypeBoolean:
		return Value{Kind: Boolean, Bool: v.Truth()}
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return Value{Kind: Number, Number: f}
	case vm.TypeString:
		s, _ := v.AsString()
		return d.text(s)
	case vm.TypeTable:
		return d.table(v.AsTable(), path, depth)
	case vm.TypeFunction:
		return Value{Kind: Function, Text: functionText(v)}
	case vm.TypeThread:
		return Value{Kind: Thread, Text: "coroutine"}
	default:
		return Value{Kind: Userdata, Text: userdataText(v)}
	}
}

func (d *describer) text(s string) Value { return OfString(s, d.limits.Text) }

func functionText(v vm.Value) string {
	info := vm.FunctionInfo(v)
	if closure := v.AsClosure(); closure != nil {
		return fmt.Sprintf("function %s:%d", BaseName(info.ShortSource), info.LineDefined)
	}
	return "builtin " + v.AsGo().Name
}

func userdataText(v vm.Value) string {
	if u := v.AsUserdata(); u != nil {
		if named, ok := u.Data.(fmt.Stringer); ok {
			return named.String() // a library's own name for it
		}
		return fmt.Sprintf("userdata %T", u.Data)
	}
	return "light userdata"
}

func (d *describer) table(t *vm.Table, path Path, depth int) Value {
	key := vm.TableValue(t).Identity()
	v := Value{Kind: Table}
	if first, ok := d.seen[key]; ok {
		v.Seen, v.Cycle = first, d.active[key]
		return v
	}
	d.seen[key], d.active[key] = path.String(), true
	defer delete(d.active, key)
	v.HasMetatable = t.Metatable() != nil
	if depth <= 0 {
		v.Total = count(d.work, t)
		v.Cut = v.Total > 0
		return v
	}
	entries, total := firstEntries(d.work, t, d.limits.Width, nil)
	v.Total = total
	for _, e := range entries {
		v.Entries = append(v.Entries, Entry{
			Key:   d.key(e.key),
			Value: d.value(e.value, path.Append(pathKey(e.key)), depth-1),
		})
	}
	return v
}

// key describes a table's key; a table as a key is not looked into.
func (d *describer) key(v vm.Value) Value {
	if v.IsTable() {
		return Value{Kind: Table, Text: "table " + vm.Address(v), Total: count(d.work, v.AsTable()), Cut: true}
	}
	return d.value(v, nil, 0)
}

var keyRank = map[vm.Type]int{vm.TypeNumber: 0, vm.TypeString: 1, vm.TypeBoolean: 2}

func rank(t vm.Type) int {
	if r, ok := keyRank[t]; ok {
		return r
	}
	return 3
}

func keyBefore(a, b vm.Value) bool {
	if x, y := rank(a.Type()), rank(b.Type()); x != y {
		return x < y
	}
	switch a.Type() {
	case vm.TypeNumber:
		x, _ := a.AsNumber()
		y, _ := b.AsNumber()
		return x < y
	case vm.TypeString:
		x, _ := a.AsString()
		y, _ := b.AsString()
		return x < y
	case vm.TypeBoolean:
		return !a.Truth() && b.Truth()
	}
	return false
}

// BaseName gives the last element of a path in a chunk name.
func BaseName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// pathKey gives the step of a path that a key is.
func pathKey(v vm.Value) Key {
	switch v.Type() {
	case vm.TypeBoolean:
		return BoolKey(v.Truth())
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return NumberKey(f)
	case vm.TypeString:
		s, _ := v.AsString()
		return NameKey(s)
	}
	return Key{Kind: Table, Text: v.Type().String() + " " + vm.Address(v)}
}

// lookupKey gives the key that a step of a path stands for.
func lookupKey(k Key) vm.Value {
	switch k.Kind {
	case Boolean:
		return vm.Bool(k.Bool)
	case Number:
		return vm.Number(k.Number)
	}
	return vm.String(k.Text)
}
