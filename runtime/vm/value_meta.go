package vm

// This file holds metamethods, and how they are found.

// event is a metamethod. The first ones are looked up so often that a
// metatable remembers which it lacks (Table.absent).
type event uint8

const (
	eventIndex event = iota
	eventNewindex
	eventEq
	eventLen
	eventCall
	eventGC
	eventMode
	eventFast // the events before this one have a bit in Table.absent

	eventAdd event = iota - 1
	eventSub
	eventMul
	eventDiv
	eventMod
	eventPow
	eventUnm
	eventLt
	eventLe
	eventConcat
	eventCount
)

var eventNames = [eventCount]Value{
	eventIndex: String("__index"), eventNewindex: String("__newindex"), eventEq: String("__eq"),
	eventLen: String("__len"), eventCall: String("__call"), eventGC: String("__gc"), eventMode: String("__mode"),
	eventAdd: String("__add"), eventSub: String("__sub"), eventMul: String("__mul"), eventDiv: String("__div"),
	eventMod: String("__mod"), eventPow: String("__pow"), eventUnm: String("__unm"),
	eventLt: String("__lt"), eventLe: String("__le"), eventConcat: String("__concat"),
}

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
