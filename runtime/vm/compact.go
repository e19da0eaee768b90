package vm

// Compact gives the table just the room that its entries need: the array part
// is cut to its length, fields that were set to nil go, the rest moves closer
// together. Every string, as a key or a value, is replaced by what intern gives
// for it, which must be equal. The entries, their order in the array part, the
// length and the metatable stay; the order of fields in a traversal may change,
// so none may be under way. It returns the bytes that the table itself shrank by.
func (t *Table) Compact(intern func(Value) Value) (freed int) {
	before := tableBytes(t)
	t.compactArray(intern)
	t.compactNodes(intern)
	return before - tableBytes(t)
}

func (t *Table) compactArray(intern func(Value) Value) {
	old := *t
	t.dropArray()
	if old.length == 0 {
		return
	}
	t.growArray(old.length)
	t.length = old.length
	for i := range old.length {
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
