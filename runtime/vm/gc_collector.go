package vm

import "unsafe"

// This file holds the collector: its cycles, and what it must be told of.

// The collector does for Lua what Go's can't: it clears weak tables, calls
// finalizers, and tells how much memory one state holds. It marks what can be
// reached and frees nothing, that is Go's business.
//
// A cycle runs when Lua or the embedder asks for it, and by itself when allocation
// has passed a threshold, which poll looks at: in states that own weak tables or
// finalizers or have a memory limit, and in no others. It depends on the program
// alone, so that finalizers run in the same order and at the same places each time.
// In the middle it gives way at the end of a slice (gc_cycle.go); where the task can't
// be suspended, and when memory runs out in the middle of an operation, it runs in
// one go.
//
// A value that only Go holds is invisible to it. Whoever keeps one that Lua code
// has seen says so: a Go function by NewGoClosure, a library by AddRoots, a running
// function by Keep or by leaving it on the stack. Arguments of Go functions stay
// on the stack until they return, also while they wait.

// Collector is the collector as collectgarbage and those who run the state see it.
type Collector struct{ s *State }

// Collector gives what can be asked of the state's collector.
func (s *State) Collector() Collector { return Collector{s} }

// collector is a state's part in it.
type collector struct {
	roots       []roots
	held        []func() int // see Memory.CountHeld
	kept        []*[]Value
	finalizable []Value // in the order in which they were marked
	pending     []Value // finalizers that are due, the next one first
	suspended   int     // calls of Suspend that have not been released
	stopped     bool
	finalizing  bool
	pause       int // setpause
	stepMul     int // setstepmul, which is kept for those who ask
	majorInc    int // setmajorinc, likewise
	mode        CollectMode
	paid        int    // what steps have paid towards the next cycle, in bytes
	opened      int    // files, since a cycle ran to have some closed
	refused     int    // likewise, files that there was no room for, times collectFor
	piece       int    // places that a cycle looks at before anybody asks whether the slice is over
	cycle       *cycle // that is under way while no Lua code runs
}

// CollectMode is what collectgarbage chooses by "generational" and "incremental".
type CollectMode uint8

const (
	Incremental CollectMode = iota
	Generational
)

// roots names values that Go code holds.
type roots struct {
	owner string
	each  func(visit func(*Value))
}

// cycle is a run of the collector, done piece by piece. While one stands in the
// middle no Lua code of the state runs and nobody changes what it holds, so that
// the cycle finds what it would have found in one go, without barriers; others may
// look. The state goes on with it before it runs any Lua code, or finishes it
// before anything else that marks. Whoever ends the task gives it up.
type cycle struct {
	marker
	todo        []phase // the present one first
	task        *Thread // that goes on with it when it is resumed; nil: Collector.Some does
	full        bool    // it is for the limit's sake
	place       int     // in the present phase
	clear       []clearing
	values, all int     // tables whose values are cleared, of weakValues and allWeak
	kept        int     // objects that keep their finalizers, of those that were looked at
	due         []Value // those that don't
}

// phase is a part of a cycle.
type phase uint8

const (
	phaseMark        phase = iota // what can be reached
	phaseFinalizable              // mark the objects that wait for a finalizer: they live on until it has run
	phaseValues                   // find the dead values of weak tables
	phaseSeparate                 // find the finalizers that are due
	phaseDue                      // mark what they belong to
	phaseKeys                     // find the dead keys, and the values under them
	phaseEntries                  // find both
	phaseClear                    // take out what was found
	phaseUnmark
	phaseAccount // open a new account with what was found
	phasePaid    // steps pay for the next cycle
)

// marker finds what can be reached and adds up its bytes. It visits objects in
// the order in which it found them, which depends on the program alone.
//
// Strings and cells have no room for a mark and are kept in sets; strings that
// are no longer than the value that refers to them are counted each time.
type marker struct {
	state   *State
	queue   markQueue // everything marked; scanned up to next
	next    int
	part    partial
	strings addressSet
	cells   addressSet
	chunks  addressSet // of code that counts
	bytes   int
	left    int     // places that the present piece may look at
	shrink  bool    // give back unused room of stacks
	running *Thread // the thread whose stack in use ends at end, when that is known better
	end     uintptr

	// Tables whose weak entries are decided when all else is marked, in the
	// order in which they were found.
	weakValues, weakKeys, allWeak []*Table
	// waiting holds, for a key that is not marked, the values of ephemeron
	// entries under it.
	waiting map[unsafe.Pointer][]Value
}

// partial is a table whose places from at on are to be scanned; nil: there is none.
type partial struct {
	table        *Table
	at           uint32
	nodes        unsafe.Pointer // those of the table when it was begun
	keys, values bool           // what is weak
}

// clearing takes entries whose values, or whose keys, are not marked out of tables.
type clearing struct {
	tables []*Table
	keys   bool
	at     uint32 // the place in the first table that is next
}

// piecePlaces is how many objects and places of tables are looked at before anybody
// asks whether the slice is over.
const piecePlaces = 1024

const (
	defaultPause = 200 // LUAI_GCPAUSE, LUAI_GCMUL and LUAI_GCMAJOR
	// minThreshold is the least allocation between two cycles.
	minThreshold = 64 << 10
	// basicStep is what a step of size 0 pays.
	basicStep = 2 << 10
)
