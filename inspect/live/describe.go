package live

import (
	"context"
	"fmt"
	"slices"

	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file turns live values into plain ones.

// Describer turns live values into plain ones; tables seen before are named by
// the path at which they were first shown.
type Describer struct {
	limits plain.Limits
	shown  int // entries
	work   *Work
	seen   map[vm.Identity]string
	active map[vm.Identity]bool
}

func NewDescriber(limits plain.Limits, w *Work) *Describer {
	return &Describer{limits: limits, work: w, seen: map[vm.Identity]string{}, active: map[vm.Identity]bool{}}
}

// Description describes values: at once, if one step is enough, or when it is asked
// for.
type Description struct {
	values []plain.Value
	left   func(*Work) // nil: nothing
}

// BeginDescription begins to describe values on the service's own thread.
func BeginDescription(s service.Self, limits plain.Limits, values ...vm.Value) *Description {
	d := &Description{}
	values = slices.Clone(values)
	all := func(w *Work) { d.values = Describe(w, limits, values...) }
	if !InOneStep(s, all) {
		d.left = all
	}
	return d
}

// Finish gives the values.
func (d *Description) Finish(ctx context.Context, s *service.Service) ([]plain.Value, error) {
	if d.left == nil {
		return d.values, nil
	}
	err := InSteps(ctx, s, func(_ service.Self, w *Work) { d.left(w) })
	return d.values, err
}

// Describe gives plain data for values that the caller may look at: detached ones, or
// on the service's own thread. The work may be done in steps; with nil it is in one.
func Describe(w *Work, limits plain.Limits, values ...vm.Value) []plain.Value {
	d := NewDescriber(limits, w)
	described := make([]plain.Value, len(values))
	for i, v := range values {
		described[i] = d.Value(v, nil, limits.Depth)
	}
	return described
}

func (d *Describer) Value(v vm.Value, path plain.Path, depth int) plain.Value {
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

func (d *Describer) text(s string) plain.Value { return plain.OfString(s, d.limits.Text) }

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

func (d *Describer) table(t *vm.Table, path plain.Path, depth int) plain.Value {
	key := vm.TableValue(t).Identity()
	v := plain.Value{Kind: plain.Table}
	if first, ok := d.seen[key]; ok {
		v.Seen, v.Cycle = first, d.active[key]
		return v
	}
	d.seen[key], d.active[key] = path.String(), true
	defer delete(d.active, key)
	v.HasMetatable = t.Metatable() != nil
	if depth <= 0 || d.limits.Total > 0 && d.shown >= d.limits.Total {
		v.Total = count(d.work, t)
		v.Cut = v.Total > 0
		return v
	}
	entries, total := FirstEntries(d.work, t, d.limits.Width, nil)
	v.Total = total
	d.shown += len(entries)
	for _, e := range entries {
		v.Entries = append(v.Entries, plain.Entry{
			Key:   d.key(e.Key),
			Value: d.Value(e.Value, path.Append(PathKey(e.Key)), depth-1),
		})
	}
	return v
}

// key describes a table's key; a table as a key is not looked into.
func (d *Describer) key(v vm.Value) plain.Value {
	if v.IsTable() {
		return plain.Value{Kind: plain.Table, Text: "table " + vm.Address(v), Total: count(d.work, v.AsTable()), Cut: true}
	}
	return d.Value(v, nil, 0)
}
