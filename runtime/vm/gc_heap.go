package vm

import "math"

// This file accounts for what a state's tables, stacks and strings take, and keeps them
// below its limit.

// Memory is a state's memory as those see it who watch over it.
type Memory struct{ s *State }

// Memory gives what can be asked of the state's memory.
func (s *State) Memory() Memory { return Memory{s} }

// heap is what the tables of one state have in common: the seed of their hashes
// and the account of the memory that they take.
//
// The account is exact at each measurement, which marks all that can be reached
// (see gc_mark.go), and an estimate in between: what was taken since is counted in
// full for tables' parts, stacks and strings, and by number for the objects
// themselves, which have sequence numbers anyway.
type heap struct {
	seed    uint32
	watched bool   // poll has to look after the memory: weak tables, finalizers, a limit
	state   *State // nil: of detached tables, for which nobody keeps accounts
	taken   int    // bytes since the last measurement, objects themselves not counted
	room    int    // what taken may grow to before measure and limit are asked
	live    int    // bytes at the last measurement; 0: there was none
	made    int    // bytes that were taken before it
	counted uint64 // the state's sequence number then
	limit   int    // bytes that the state may hold; 0: no limit
	granted int    // calls of grant that have not ended
	hungry  hungry
	// sampling is nil while nobody wants samples. With it, room is none, so that each
	// allocation takes the slow path.
	sampling *sampling
}

// hungry is the call of a Go function that ran into the limit before: what it
// has made since then may be in its hands alone, where no cycle sees it.
type hungry struct {
	thread *Thread
	frame  uintptr // offset of its frame, which has frameHungry
	bytes  int     // what it made
}

const (
	// objectSize is what an object counts for until it is measured.
	objectSize = 64
	// unlimited is room without a limit.
	unlimited = 1<<63 - 1
	// slack is the part of a limit, as a divisor, that a collection must leave
	// free: without it a state near its limit would do little but collect.
	slack = 32
)

// MemoryText is the text of LUA_ERRMEM, which has no position.
const MemoryText = "not enough memory"

// take notes that n bytes are about to be allocated. It raises "not enough
// memory" when the limit does not allow them, even after a collection.
func (h *heap) take(n int) {
	if h.state == nil {
		return
	}
	if h.taken += n; h.taken > h.room {
		h.makeRoom(n, 0, Nil)
	}
}

// takeFor is take for an object that is made or grows.
func (h *heap) takeFor(of Value, n int) {
	if h.state == nil {
		return
	}
	if h.taken += n; h.taken > h.room {
		h.makeRoom(n, 0, of)
	}
}

// bytes makes room for a string of n bytes.
//
//go:noinline
func (h *heap) bytes(n int) []byte {
	h.take(n)
	return make([]byte, 0, n)
}

//go:noinline
func (h *heap) makeRoom(n, held int, of Value) {
	if p := h.sampling; p != nil {
		h.sample(n, of)
		if h.taken <= p.room {
			return
		}
	}
	if h.state.running == nil || h.granted > 0 {
		return // the embedder's own work; Lua code will hear of it
	}
	h.taken -= n
	h.hungry.update(h.state.running, h.taken)
	h.state.emergency()
	h.live += max(h.hungry.bytes, held)
	h.setRoom()
	if h.live+n > h.limit-h.limit/slack {
		panic(&Error{Value: String(MemoryText), status: statusMemory})
	}
	h.taken += n
}

// grant has nothing refused until end is called: for what may happen anywhere in
// Go code, such as a table's taking over a field of its template.
func (h *heap) grant() (end func()) {
	h.granted++
	return h.endGrant
}

func (h *heap) endGrant() { h.granted-- }

// killed tells whether a table's growth is to be given up: the table must be as it
// was, and State.answer raises the kill.
func (h *heap) killed() bool {
	s := h.state
	return s != nil && s.running != nil && h.granted == 0 && s.interrupt.Load()&InterruptKill != 0
}

// release gives back bytes that a table took and needs no more.
func (h *heap) release(n int) {
	if h.state != nil {
		h.taken -= n
	}
}

// update notes that the running function has run into the limit, and took so
// many bytes since that happened last.
func (h *hungry) update(t *Thread, taken int) {
	if t == nil || t.frame == 0 {
		*h = hungry{}
		return
	}
	at := t.frame - t.firstFrame()
	known := h.thread == t && h.frame <= at && (*frame)(pointerTo(t.firstFrame()+h.frame)).flags&frameHungry != 0
	switch f := t.current(); {
	case known && h.frame == at:
		h.bytes += taken
	case known: // something that the function called
	case f.isGo():
		f.flags |= frameHungry
		*h = hungry{thread: t, frame: at}
	default:
		*h = hungry{}
	}
}

// sinceMeasured estimates the bytes taken since the last measurement.
func (h *heap) sinceMeasured() int {
	return h.taken + int(h.state.ids-h.counted)*objectSize
}

// Made estimates the bytes that the state has taken in all, whatever became of them.
func (m Memory) Made() int { return m.s.heap.made + m.s.heap.sinceMeasured() }

// measured opens a new account with the bytes that can be reached.
func (h *heap) measured(live int) {
	h.made += h.sinceMeasured()
	h.live, h.taken, h.counted = live, 0, h.state.ids
	h.setRoom()
}

// setRoom brings room up to date with the limit and the objects made.
func (h *heap) setRoom() {
	room := unlimited
	if h.limit > 0 {
		room = h.limit - h.live - int(h.state.ids-h.counted)*objectSize
	}
	h.open(room)
}

func (h *heap) open(room int) {
	h.room = room
	if h.sampling != nil {
		h.sampling.room, h.room = room, math.MinInt
	}
}

// Sample has told be told of samples of what tasks allocate, where they stand, from now on;
// nil ends that. Nothing may be changed there.
func (m Memory) Sample(told func(Sample)) {
	h := &m.s.heap
	room := h.room
	if h.sampling != nil {
		room = h.sampling.room
	}
	h.sampling = nil
	if told != nil {
		h.sampling = newSampling(told, m.s.ids)
	}
	h.open(room)
}

// sample counts an allocation, and the objects that were made since the one before.
func (h *heap) sample(n int, of Value) {
	if h.state.running == nil {
		return // the embedder's own work
	}
	p := h.sampling
	n = max(n, 0) + int(h.state.ids-p.ids)*objectSize
	p.ids = h.state.ids
	p.took(n, of)
}

// SetLimit bounds the bytes that the state may hold; 0 takes the bound away.
// Beyond it Lua code gets the error "not enough memory".
func (m Memory) SetLimit(bytes int) {
	s := m.s
	s.heap.limit = max(bytes, 0)
	s.bound.Store(int64(s.heap.limit))
	if bytes > 0 {
		s.heap.watched = true
		s.heap.open(-1) // the next allocation measures
		return
	}
	s.heap.setRoom()
}

// Limit gives what SetLimit set. It may be called from any goroutine.
func (m Memory) Limit() int { return int(m.s.bound.Load()) }

// Take notes that a Go function is about to allocate n bytes for a string. It
// raises "not enough memory" when the state's limit does not allow them. Tables
// and stacks take care of themselves.
func (t *Thread) Take(n int) {
	t.Worked(n)
	t.state.heap.take(n)
}

// muchWork is the number of bytes whose handling takes about the time between two polls
// of the run loop.
const muchWork = 1 << 16

// Worked notes that a Go function goes through n bytes and does not poll: Lua code that
// called many such functions in a row would hear of no order for seconds.
func (t *Thread) Worked(n int) {
	if n >= muchWork {
		t.state.budget = 0
	}
}

// TakeMore is Take by a function that has held bytes, which it took before, in its
// hands alone: what it builds and makes larger now.
func (t *Thread) TakeMore(held, n int) {
	t.Worked(n)
	h := &t.state.heap
	if h.taken += n; h.taken > h.room {
		h.makeRoom(n, held, Nil)
	}
}
