package lua

import "lunarium/runtime/vm"

// This file holds table.deepcopy.

// tableDeepcopy copies a table and every table that its keys and values reach.
// Sharing and cycles are kept; a copy has its original's metatable; all other
// values, functions among them, are the same in the copy. A value that is no
// table is its own copy.
func tableDeepcopy(t *vm.Thread) int {
	v := t.CheckAny(1)
	root := v.AsTable()
	if root == nil {
		return t.Return(v)
	}
	c := copier{state: t.State(), copies: map[*vm.Table]*vm.Table{}}
	copied := c.value(v)
	t.Push(copied) // so that it counts as in use
	for len(c.pending) > 0 {
		original := c.pending[len(c.pending)-1]
		c.pending = c.pending[:len(c.pending)-1]
		c.fill(t, original)
	}
	return t.Return(copied)
}

// copier keeps a list of tables to do, so that depth costs no Go stack.
type copier struct {
	state   *vm.State
	copies  map[*vm.Table]*vm.Table
	pending []*vm.Table
	entries int
}

func (c *copier) value(v vm.Value) vm.Value {
	original := v.AsTable()
	if original == nil {
		return v
	}
	copied := c.copies[original]
	if copied == nil {
		n := original.Len()
		copied = c.state.NewTable(n, original.Count()-n)
		c.copies[original] = copied
		c.pending = append(c.pending, original)
	}
	return vm.TableValue(copied)
}

func (c *copier) fill(t *vm.Thread, original *vm.Table) {
	copied := c.copies[original]
	original.Entries(func(k, v vm.Value) bool {
		copied.Set(c.value(k), c.value(v))
		c.entries++
		pollAt(t, c.entries)
		return true
	})
	c.state.SetMetatable(copied, original.Metatable())
}
