package vm

// This file holds the slow paths of tables: making them, reading and assigning fields and
// elements.

// maxMetaLoop bounds chains of __index and __newindex tables (MAXTAGLOOP).
const maxMetaLoop = 100

// lookup follows v[key] through tables and __index tables. It gives the value,
// or the function that must be called with (receiver, key) to get it.
func (t *Thread) lookup(v, key Value, hash uint32) (result, handler, receiver Value) {
	s := t.state
	for range maxMetaLoop {
		if v.hi() == hiTable {
			table := v.tab()
			if key.hi() == hiString {
				result = table.getString(key, hash)
			} else {
				result = table.Get(key)
			}
			if result.n != nilBits || table.meta == nil {
				return result, Nil, Nil
			}
			if handler = s.fastMeta(table.meta, eventIndex); handler.n == nilBits {
				return Nil, Nil, Nil
			}
		} else if handler = s.metamethod(v, eventIndex); handler.n == nilBits {
			t.indexError(v, key)
		}
		if handler.IsFunction() {
			return Nil, handler, v
		}
		v = handler
	}
	t.runError("loop in gettable")
	return
}

// get stores v[key] in a register, now or when the metamethod has returned.
func (t *Thread) get(v, key Value, hash uint32, a uint16) {
	result, handler, receiver := t.lookup(v, key, hash)
	if handler.n != nilBits {
		t.callMeta(handler, receiver, key)
		return
	}
	*t.at(t.current().base + uintptr(a)) = result
}

// getField is get of a constant string.
//
//go:noinline
func (t *Thread) getField(v, key Value, hash uint32, a uint16) {
	if v.hi() == hiTable {
		if found := t.state.inherited(v.tab(), key, hash); found != nil {
			*t.at(t.current().base + uintptr(a)) = *found
			return
		}
	}
	t.get(v, key, hash, a)
}

// inherited gives the value of a constant string in a table and the tables that
// its metatables name as __index; nil when that takes a call.
func (s *State) inherited(table *Table, key Value, hash uint32) *Value {
	for range maxMetaLoop {
		i := hash & table.mask
		n := table.node(i)
		for left := table.mask; n.key.p != key.p || n.key.n != key.n; left-- {
			if n.key.n == key.n && n.key.str() == key.str() {
				break
			}
			if n.empty() || left == 0 {
				n = &noNode
				if table.lazy() {
					n = table.fetched(key, hash)
				}
				break
			}
			i = (i + 1) & table.mask
			n = table.node(i)
		}
		if n != &noNode && n.val.n != nilBits {
			return &n.val
		}
		next := s.indexTable(table.meta)
		if next == nil {
			if s.fastMeta(table.meta, eventIndex).n != nilBits {
				return nil
			}
			return &absent
		}
		table = next
	}
	return nil
}

// absent is what inherited gives for a field that is nowhere.
var absent = Nil

// indexTable gives the table that a metatable names as __index, or nil.
func (s *State) indexTable(meta *Table) *Table {
	if meta == nil || meta.absent&(1<<eventIndex) != 0 {
		return nil
	}
	n := meta.node(s.events[eventIndex] & meta.mask)
	if n.key.p == eventNames[eventIndex].p && n.val.hi() == hiTable {
		return n.val.tab()
	}
	return s.fetchMeta(meta, eventIndex).AsTable()
}

//go:noinline
func (t *Thread) getIndex(v, key Value, a uint16) {
	if v.hi() == hiTable && v.tab().meta == nil {
		*t.at(t.current().base + uintptr(a)) = v.tab().Get(key)
		return
	}
	t.get(v, key, t.hashOf(key), a)
}

func (t *Thread) hashOf(key Value) uint32 {
	if key.hi() == hiString {
		return hashBytes(key.p, uint32(key.n), t.state.seed)
	}
	return 0
}

//go:noinline
func (t *Thread) self(i *instr) {
	f := t.current()
	v := f.register(i.b)
	*t.at(f.base + uintptr(i.a) + valueSize) = v
	t.getField(v, f.constant(i.c), i.y, i.a)
}

//go:noinline
func (t *Thread) selfRegister(i *instr) {
	f := t.current()
	v, key := f.register(i.b), f.operand(i.c, i.x != 0)
	*t.at(f.base + uintptr(i.a) + valueSize) = v
	t.get(v, key, t.hashOf(key), i.a)
}

// assign finds the table that v[key] = value goes to and stores it, or gives
// the function that must be called with (receiver, key, value).
func (t *Thread) assign(v, key, value Value) (handler, receiver Value) {
	s := t.state
	for range maxMetaLoop {
		if v.hi() == hiTable {
			table := v.tab()
			if table.meta == nil {
				t.store(table, key, value)
				return Nil, Nil
			}
			if table.Get(key).n != nilBits {
				table.Set(key, value)
				return Nil, Nil
			}
			if handler = s.fastMeta(table.meta, eventNewindex); handler.n == nilBits {
				t.store(table, key, value)
				return Nil, Nil
			}
		} else if handler = s.metamethod(v, eventNewindex); handler.n == nilBits {
			t.indexError(v, key)
		}
		if handler.IsFunction() {
			return handler, v
		}
		v = handler
	}
	t.runError("loop in settable")
	return
}

func (t *Thread) store(table *Table, key, value Value) {
	if key.n == nilBits {
		t.runError("table index is nil")
	}
	if key.n < tagFloor && key.num() != key.num() {
		t.runError("table index is NaN")
	}
	table.Set(key, value)
}

func (t *Thread) set(v, key, value Value) {
	if handler, receiver := t.assign(v, key, value); handler.n != nilBits {
		t.callMeta(handler, receiver, key, value)
	}
}

//go:noinline
func (t *Thread) setField(i *instr) {
	f := t.current()
	v, key, value := f.register(i.a), f.constant(i.b), f.operand(i.c, i.x != 0)
	if v.hi() == hiTable && v.tab().meta == nil {
		v.tab().setHashed(key, value, i.y)
		return
	}
	t.set(v, key, value)
}

//go:noinline
func (t *Thread) setIndexOp(v Value, i *instr) {
	f := t.current()
	key, value := f.register(i.b), f.operand(i.c, i.x != 0)
	if v.hi() == hiTable && v.tab().meta == nil {
		t.store(v.tab(), key, value)
		return
	}
	t.set(v, key, value)
}

//go:noinline
func (t *Thread) setIndexK(i *instr) {
	f := t.current()
	t.set(f.register(i.a), f.constant(i.b), f.operand(i.c, i.x != 0))
}

//go:noinline
func (t *Thread) setTabUp(i *instr) {
	f := t.current()
	t.set(f.upvalueCell(i.a).get(), f.operand(i.b, i.y != 0), f.operand(i.c, i.x != 0))
}

//go:noinline
func (t *Thread) setGlobal(i *instr) {
	f := t.current()
	v, key, value := f.upvalueCell(i.a).get(), f.constant(i.b), f.operand(i.c, i.x != 0)
	if v.hi() == hiTable && v.tab().meta == nil {
		v.tab().setHashed(key, value, i.y)
		return
	}
	t.set(v, key, value)
}

//go:noinline
func (t *Thread) lenOp(v Value, a uint16) {
	result, handler := t.lengthOf(v)
	if handler.n != nilBits {
		t.callMeta(handler, v, v)
		return
	}
	*t.at(t.current().base + uintptr(a)) = result
}

// lengthOf gives #v, or the __len function that must be called.
func (t *Thread) lengthOf(v Value) (result, handler Value) {
	if v.hi() == hiString {
		return Int(int(uint32(v.n))), Nil
	}
	handler = t.state.metamethod(v, eventLen)
	if handler.n != nilBits {
		return Nil, handler
	}
	if v.hi() != hiTable {
		t.typeError(v, "get length of")
	}
	return Int(v.tab().Len()), Nil
}

// Index gives v[key]; metamethods run as by Call.
func (t *Thread) Index(v, key Value) Value {
	result, handler, receiver := t.lookup(v, key, t.hashOf(key))
	if handler.n != nilBits {
		return t.Call1(handler, receiver, key)
	}
	return result
}

// SetIndex does v[key] = value; metamethods run as by Call.
func (t *Thread) SetIndex(v, key, value Value) {
	if handler, receiver := t.assign(v, key, value); handler.n != nilBits {
		t.Call1(handler, receiver, key, value)
	}
}

// LenOf gives #v; a metamethod runs as by Call.
func (t *Thread) LenOf(v Value) Value {
	result, handler := t.lengthOf(v)
	if handler.n != nilBits {
		return t.Call1(handler, v)
	}
	return result
}

// newTable is NEWTABLE.
//
//go:noinline
func (t *Thread) newTable(i *instr) {
	*t.at(t.current().base + uintptr(i.a)) = TableValue(t.state.NewTable(int(i.x), int(i.y)))
}

//go:noinline
func (t *Thread) setList(i *instr) {
	f := t.current()
	slot := f.base + uintptr(i.a)
	table := t.at(slot).AsTable()
	if table == nil { // no compiler writes that
		t.runError("invalid instruction")
	}
	n := int(i.x)
	if n == 0 {
		n = int((t.top-slot)/valueSize) - 1
	}
	f.pc += uintptr(i.c)
	table.setSequence(int(i.y), n, slot+valueSize)
}
