package vm

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

var eventNames = [eventCount]string{
	"__index", "__newindex", "__eq", "__len", "__call", "__gc", "__mode",
	"__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__lt", "__le", "__concat",
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
	v := meta.getString(s.names[e], s.events[e])
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
