package vm

// This file gives a table just the room that it needs.

// Compact gives the table just the room that its entries need: the array part
// is cut to its length, fields that were set to nil go, the rest moves closer
// together. Every string, as a key or a value, is replaced by what intern gives
// for it, which must be equal. The entries, their order in the array part, the
// length and the metatable stay; the order of fields in a traversal may change,
// so none may be under way. It returns the bytes that the table itself shrank by.
func (t *Table) Compact(intern func(Value) Value) (freed int) {
	if t.lazy() {
		t.fill()
	}
	// No collection may come in between, and the table gets smaller.
	account := t.heap
	t.heap = &heap{seed: account.seed}
	defer func() {
		t.heap = account
		account.release(freed)
	}()
	before := t.arrayBytes() + t.nodeBytes()
	t.compactArray(intern)
	t.compactNodes(intern)
	return before - t.arrayBytes() - t.nodeBytes()
}

func (t *Table) compactArray(intern func(Value) Value) {
	border := uint32(t.Len())
	old := *t
	last := t.size
	for last > 0 && *t.num(last - 1) == nilBits {
		last--
	}
	t.dropArray()
	if last == 0 {
		return
	}
	t.growArray(last)
	if border < last {
		// An absent element at the end keeps # from looking there.
		t.growArray(last + 1)
		t.hint = border
	}
	for i := range last {
		v := old.element(i)
		if v.IsString() {
			v = intern(v)
		}
		t.setElement(i, v)
	}
}

func (t *Table) compactNodes(intern func(Value) Value) {
	live := uint32(0)
	for i := uint32(0); t.used != 0 && i <= t.mask; i++ {
		n := t.node(i)
		if n.empty() || n.val.IsNil() {
			continue
		}
		live++
		if n.key.IsString() {
			n.key = intern(n.key)
		}
		if n.val.IsString() {
			n.val = intern(n.val)
		}
	}
	if live == 0 {
		t.dropNodes()
		return
	}
	t.resizeNodes(live)
}
