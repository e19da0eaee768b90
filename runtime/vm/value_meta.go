package vm

import "strings"

// This file finds metatables and the metamethods in them.

// fastMeta gives a metatable's handler for one of the fast events; nil for a
// nil metatable.
func (s *State) fastMeta(meta *Table, e event) Value {
	if meta == nil || meta.absent&(1<<e) != 0 {
		return Nil
	}
	return s.fetchMeta(meta, e)
}

//go:noinline
func (s *State) fetchMeta(meta *Table, e event) Value {
	v := meta.getString(eventNames[e], s.events[e])
	if v.n == nilBits && e < eventFast {
		meta.absent |= 1 << e
	}
	return v
}

// metamethod gives v's handler for an event, or nil.
func (s *State) metamethod(v Value, e event) Value {
	meta := s.Metatable(v)
	if meta == nil {
		return Nil
	}
	if e < eventFast {
		return s.fastMeta(meta, e)
	}
	return s.fetchMeta(meta, e)
}

// MetaField gives a field of v's metatable, or nil (luaL_getmetafield).
func (s *State) MetaField(v Value, name string) Value {
	meta := s.Metatable(v)
	if meta == nil {
		return Nil
	}
	return meta.GetString(name)
}

// SetTypeMetatable sets the metatable that all values of a type share (not for
// tables and userdata, which have their own).
func (s *State) SetTypeMetatable(t Type, metatable *Table) { s.metas[t] = metatable }

// TypeMetatable gives the metatable that all values of a type share.
func (s *State) TypeMetatable(t Type) *Table { return s.metas[t] }

// Types is the number of types, for walks over TypeMetatable.
const Types = typeCount

// Metatable gives v's metatable or nil.
func (s *State) Metatable(v Value) *Table {
	switch v.hi() {
	case hiTable:
		return v.tab().meta
	case hiUserdata:
		return v.AsUserdata().Metatable
	}
	return s.metas[v.Type()]
}

// SetMetatable gives a table its metatable; nil takes it away.
func (s *State) SetMetatable(t *Table, metatable *Table) {
	t.meta = metatable
	s.notice(TableValue(t), metatable)
}

// SetUserdataMetatable gives a userdata its metatable; nil takes it away.
func (s *State) SetUserdataMetatable(u *Userdata, metatable *Table) {
	u.Metatable = metatable
	s.notice(UserdataValue(u), metatable)
}

// notice looks for what a metatable asks of the collector when an object gets it.
func (s *State) notice(object Value, meta *Table) {
	if meta == nil {
		return
	}
	if s.fastMeta(meta, eventMode).n != nilBits {
		s.heap.watched = true
	}
	if s.fastMeta(meta, eventGC).n == nilBits {
		return
	}
	m := marksOf(object)
	if *m&finalizable == 0 {
		*m |= finalizable
		s.collector.finalizable = append(s.collector.finalizable, object)
		s.heap.watched = true
	}
}

func marksOf(object Value) *marks {
	if object.hi() == hiTable {
		return &object.tab().marks
	}
	return &object.AsUserdata().marks
}

// lacking forgets which metamethods a metatable is known to lack, now that it
// gets a key. A table that is somebody's metatable already may become weak so.
func (t *Table) lacking(key Value) {
	t.absent = 0
	if key.hi() == hiString && key.str() == eventNames[eventMode].str() && t.heap.state != nil {
		t.heap.watched = true
	}
}

// weakness tells what of a table is weak, by its metatable's __mode.
func (s *State) weakness(t *Table) (keys, values bool) {
	mode := s.fastMeta(t.meta, eventMode)
	if mode.hi() != hiString {
		return false, false
	}
	return strings.Contains(mode.str(), "k"), strings.Contains(mode.str(), "v")
}
