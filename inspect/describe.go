package inspect

import (
	"context"
	"fmt"
	"slices"

	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// describer turns live values into plain ones; tables seen before are named by
// the path at which they were first shown.
type describer struct {
	limits plain.Limits
	work   *work
	seen   map[vm.Identity]string
	active map[vm.Identity]bool
}

func newDescriber(limits plain.Limits, w *work) *describer {
	return &describer{limits: limits, work: w, seen: map[vm.Identity]string{}, active: map[vm.Identity]bool{}}
}

// Describe gives plain data for values that the caller may look at: detached
// ones, or on the service's own thread.
func Describe(limits plain.Limits, values ...vm.Value) []plain.Value {
	return describe(nil, limits, values...)
}

// description describes values: at once, if one step is enough, or when it is asked
// for.
type description struct {
	values []plain.Value
	left   func(*work) // nil: nothing
}

// describeIn begins to describe values on the service's own thread.
func describeIn(s *service.Service, limits plain.Limits, values ...vm.Value) *description {
	d := &description{}
	values = slices.Clone(values)
	all := func(w *work) { d.values = describe(w, limits, values...) }
	if !inOneStep(s, all) {
		d.left = all
	}
	return d
}

// finish gives the values.
func (d *description) finish(ctx context.Context, s *service.Service) ([]plain.Value, error) {
	if d.left == nil {
		return d.values, nil
	}
	err := inSteps(ctx, s, func(_ *vm.State, w *work) { d.left(w) })
	return d.values, err
}

// describe is Describe as work that may be done in steps.
func describe(w *work, limits plain.Limits, values ...vm.Value) []plain.Value {
	d := newDescriber(limits, w)
	described := make([]plain.Value, len(values))
	for i, v := range values {
		described[i] = d.value(v, nil, limits.Depth)
	}
	return described
}

func (d *describer) value(v vm.Value, path plain.Path, depth int) plain.Value {
	switch v.Type() {
	case vm.TypeNil:
		return plain.Value{Kind: plain.Nil}
	case vm.TypeBoolean:
		return plain.Value{Kind: plain.Boolean, Bool: v.Truth()}
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return plain.Value{Kind: plain.Number, Number: f}
	case vm.TypeString:
		s, _ := v.AsString()
		return d.text(s)
	case vm.TypeTable:
		return d.table(v.AsTable(), path, depth)
	case vm.TypeFunction:
		return plain.Value{Kind: plain.Function, Text: functionText(v)}
	case vm.TypeThread:
		return plain.Value{Kind: plain.Thread, Text: "coroutine"}
	default:
		return plain.Value{Kind: plain.Userdata, Text: userdataText(v)}
	}
}

func (d *describer) text(s string) plain.Value { return plain.OfString(s, d.limits.Text) }

func functionText(v vm.Value) string {
	info := vm.FunctionInfo(v)
	if closure := v.AsClosure(); closure != nil {
		return fmt.Sprintf("function %s:%d", plain.BaseName(info.ShortSource), info.LineDefined)
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

func (d *describer) table(t *vm.Table, path plain.Path, depth int) plain.Value {
	key := vm.TableValue(t).Identity()
	v := plain.Value{Kind: plain.Table}
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
		v.Entries = append(v.Entries, plain.Entry{
			Key:   d.key(e.key),
			Value: d.value(e.value, path.Append(pathKey(e.key)), depth-1),
		})
	}
	return v
}

// key describes a table's key; a table as a key is not looked into.
func (d *describer) key(v vm.Value) plain.Value {
	if v.IsTable() {
		return plain.Value{Kind: plain.Table, Text: "table " + vm.Address(v), Total: count(d.work, v.AsTable()), Cut: true}
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

// pathKey gives the step of a path that a key is.
func pathKey(v vm.Value) plain.Key {
	switch v.Type() {
	case vm.TypeBoolean:
		return plain.BoolKey(v.Truth())
	case vm.TypeNumber:
		f, _ := v.AsNumber()
		return plain.NumberKey(f)
	case vm.TypeString:
		s, _ := v.AsString()
		return plain.NameKey(s)
	}
	return plain.Key{Kind: plain.Table, Text: v.Type().String() + " " + vm.Address(v)}
}

// lookupKey gives the key that a step of a path stands for.
func lookupKey(k plain.Key) vm.Value {
	switch k.Kind {
	case plain.Boolean:
		return vm.Bool(k.Bool)
	case plain.Number:
		return vm.Number(k.Number)
	}
	return vm.String(k.Text)
}
