package message

import (
	"errors"
	"slices"

	"lunarium/runtime/vm"
)

// This file copies values from one state for another.

// ErrTableKey: a table is the key of another, which only packing can carry.
var ErrTableKey = errors.New("a table as a key can't be copied")

// Copy gives deep copies of plain data in tables that belong to no state; the
// receiver calls State.Adopt. The states share d's seed. pairs may be nil.
// The error is ErrTableKey, or a *ValueError that names the value.
func Copy(d *vm.Detached, values []vm.Value, pairs Pairs) ([]vm.Value, error) {
	copies := slices.Clone(values)
	if err := Detach(d, copies, pairs); err != nil {
		return nil, err
	}
	return copies, nil
}

// Detach is Copy in place: it replaces the values by copies. After an error
// some are replaced and some are not.
func Detach(d *vm.Detached, values []vm.Value, pairs Pairs) error {
	c := copier{detached: d, pairs: pairs}
	for i, v := range values {
		copied := c.value(v, 0)
		if c.failed {
			if c.tableKey {
				return ErrTableKey
			}
			return explain(values, pairs)
		}
		values[i] = copied
	}
	return nil
}

type copier struct {
	detached *vm.Detached
	pairs    Pairs
	items    int
	failed   bool
	tableKey bool
}

func (c *copier) value(v vm.Value, depth int) vm.Value {
	switch v.Type() {
	case vm.TypeTable:
		return vm.TableValue(c.table(v.AsTable(), depth+1))
	case vm.TypeNil, vm.TypeBoolean, vm.TypeNumber, vm.TypeString:
		return v
	}
	c.failed = true
	return vm.Nil
}

func (c *copier) table(t *vm.Table, depth int) *vm.Table {
	if depth > MaxDepth || c.failed {
		c.failed = true
		return nil
	}
	if t.Metatable() != nil && c.pairs != nil {
		if list, has := c.pairs(t); has {
			return c.listed(list, depth)
		}
	}
	elements := t.Len()
	count := t.Count()
	if c.items += count + 1; c.items > MaxItems {
		c.failed = true
		return nil
	}
	to := c.detached.Table(elements, max(count-elements, 0))
	t.Entries(func(k, v vm.Value) bool { return c.entry(to, k, v, depth) })
	return to
}

func (c *copier) listed(list []vm.Value, depth int) *vm.Table {
	if c.items += len(list) + 1; c.items > MaxItems {
		c.failed = true
		return nil
	}
	to := c.detached.Table(0, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		if !c.entry(to, list[i], list[i+1], depth) {
			break
		}
	}
	return to
}

func (c *copier) entry(to *vm.Table, k, v vm.Value, depth int) bool {
	switch k.Type() {
	case vm.TypeString, vm.TypeNumber, vm.TypeBoolean:
	case vm.TypeTable:
		c.failed, c.tableKey = true, true
		return false
	default:
		c.failed = true
		return false
	}
	to.Set(k, c.value(v, depth))
	return !c.failed
}
