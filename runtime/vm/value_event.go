package vm

// This file holds the names of metamethods.

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
