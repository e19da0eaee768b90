package vm

import "unsafe"

// This file holds threads: a Lua stack and its frames.

// frame is one active function call. It holds addresses, not Go pointers, so
// that pushing and popping it costs no write barriers.
type frame struct {
	pc       uintptr // Lua: the next instruction
	closure  uintptr // *Closure or *GoFunction, kept alive by the function slot
	base     uintptr // Lua: register 0; Go: the first argument
	function uintptr // the slot of the called function, where results go
	results  int32   // results wanted, -1 for all
	nargs    int32   // Go: arguments; Lua: extra arguments of a vararg function
	place    int32   // Go, frameHandler: of the handler, from base on; Lua: the register that takes the result of a __concat
	flags    frameFlags
}

type frameFlags uint16

const (
	frameGo        frameFlags = 1 << iota // a Go function runs here
	frameThen                             // the caller is a Go function that waits with a continuation
	frameMeta                             // called as a metamethod: the caller's instruction is to be finished
	frameBottom                           // the first frame of a thread: its return ends the thread
	frameBoundary                         // called by Thread.Call: its return leaves the run loop
	frameProtected                        // Go: an error unwinds to here (pcall, xpcall)
	frameHandler                          // Go: the protected call has a message handler
	frameTail                             // called by a tail call; the caller is gone
	frameHungry                           // Go: ran into the memory limit (see hungry)
	frameSlow                             // entered while a hook was set: the return takes the slow path
	frameInPlace                          // Go, frameProtected: the function that it protects stands where its first argument was
)

// boundary is 1 for a frame at which a nested run ends.
func (f frameFlags) boundary() int16 {
	if f&frameBoundary != 0 {
		return 1
	}
	return 0
}

// threadStatus is where a coroutine stands.
type threadStatus uint8

const (
	threadSuspended threadStatus = iota // not started, or yielded
	threadRunning
	threadNormal // it resumed another one
	threadDead
)

// waiting is how a suspended task's running thread was left.
type waiting uint8

const (
	waitingNot waiting = iota // it was preempted, or has not begun
	waitingFor                // in Suspend: the values of Resume go to then
	atTrap                    // by the trap: its pc stands behind the trap's opHook
	atRaise                   // by the trap, or to be aborted: failure is about to be raised
)

// Thread is a coroutine: a stack of values and a stack of frames. A task's
// first thread is resumed by the embedder, all others by coroutine.resume.
type Thread struct {
	state     *State
	stack     []Value
	frames    []frame
	frame     uintptr // the running *frame, an element of frames
	lastFrame uintptr // frames may start up to this address
	fastFrame uintptr // lastFrame, or below slowCalls while a hook or trap wants to see every call
	top       uintptr // Go frame: first free slot; Lua frame: end of an open list of values
	limit     uintptr // end of the usable stack
	open      *cell   // open upvalues, the topmost first
	resumer   *Thread // the thread that resumed this one
	id        uint64
	status    threadStatus
	wrapped   bool // resumed by a coroutine.wrap function: its errors go on
	started   bool
	marks     marks
	waiting   waiting           // what the next Resume finds
	boundary  int16             // frames with frameBoundary: nested Thread.Call runs on this thread
	depth     int16             // coroutines that this one was resumed through
	then      func(*Thread) int // what Suspend goes on with
	inner     *Thread           // of a suspended task: the thread that runs next
	hook      *hook             // debug.sethook
	failure   *Error            // why a dead thread died; atRaise: what it is about to raise
	data      any               // the embedder's, of a task
}

// slowCalls is above every Thread.fastFrame that makes calls take the slow path,
// and below every address of a frame. While a trap is set, fastFrame is the number
// of the SetTrap that the thread's frames were last armed for.
const slowCalls = 1 << 20

// ptr reads an address held in a frame as a pointer.
func ptr(a *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(a)) }

// pointerTo is ptr for an address that is not stored anywhere.
func pointerTo(address uintptr) unsafe.Pointer { return ptr(&address) }

func (t *Thread) current() *frame { return (*frame)(ptr(&t.frame)) }

func (f *frame) lua() *Closure     { return (*Closure)(ptr(&f.closure)) }
func (f *frame) gofn() *GoFunction { return (*GoFunction)(ptr(&f.closure)) }
func (f *frame) isGo() bool        { return f.flags&frameGo != 0 }
func (f *frame) previous() *frame  { return (*frame)(unsafe.Add(unsafe.Pointer(f), -int(frameSize))) }

func uintptrOf(f *frame) uintptr { return uintptr(unsafe.Pointer(f)) }

const frameSize = unsafe.Sizeof(frame{})

// at gives the value at an address.
func at(address uintptr) *Value { return (*Value)(ptr(&address)) }

// at gives the value at an address of the thread's stack.
func (t *Thread) at(address uintptr) *Value {
	if checked {
		t.checkAddress(address)
	}
	return (*Value)(ptr(&address))
}

const (
	// A task that sleeps in the function that it was started with fits into its
	// first stack and frames.
	firstStack  = 10
	firstFrames = 2
	// extraStack is kept free above the limit.
	extraStack = 2
	// maxStack is the most slots that one thread may use (LUAI_MAXSTACK).
	maxStack = 1_000_000
	// errorStack is what an error handler may use beyond maxStack.
	errorStack = 2000
	// minGoStack is what a Go function finds free when it starts; pushing more
	// grows the stack.
	minGoStack = 4
	// maxRegisters is the most that a function has; those of a caller may go on so
	// far above the call that it has made.
	maxRegisters = 255
	// maxFrames is reached only by frames of a single slot: maxStack bounds the rest.
	maxFrames = 1_000_000
)

func (t *Thread) bottom() uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(t.stack))) }

func (t *Thread) firstFrame() uintptr {
	return uintptr(unsafe.Pointer(unsafe.SliceData(t.frames)))
}

// State gives the state that the thread belongs to.
func (t *Thread) State() *State { return t.state }

// AsThread gives the coroutine or nil.
func (v Value) AsThread() *Thread {
	if v.hi() != hiThread {
		return nil
	}
	return (*Thread)(v.p)
}

// ThreadValue wraps a coroutine.
func ThreadValue(t *Thread) Value {
	if t == nil {
		return Nil
	}
	return Value{unsafe.Pointer(t), uint64(hiThread) << 32}
}

// extent gives the end of the stack that the current frame uses.
func (t *Thread) extent() uintptr {
	f := t.current()
	if f.isGo() {
		return max(t.top, f.base+uintptr(f.nargs)*valueSize)
	}
	return max(f.base+f.lua().code.frameSize, t.top)
}

// calls gives the number of active calls.
func (t *Thread) calls() int {
	if t.frame == 0 {
		return 0
	}
	return int((t.frame-t.firstFrame())/frameSize) + 1
}

// level gives the frame of an active call, 0 for the running function, or nil.
func (t *Thread) level(level int) *frame {
	if t.frame == 0 || level < 0 {
		return nil
	}
	a := t.frame - uintptr(level)*frameSize
	if uintptr(level) > (t.frame-t.firstFrame())/frameSize {
		return nil
	}
	return (*frame)(ptr(&a))
}

// functionValue gives the function that runs in a frame.
func (f *frame) functionValue() Value {
	if f.isGo() {
		return FunctionValue(f.gofn())
	}
	return ClosureValue(f.lua())
}

// Resumer gives the thread that waits for this one, or nil.
func (d ThreadDebug) Resumer() *Thread { return d.t.resumer }

// innermost gives the thread that a suspended task stands in.
func (t *Thread) innermost() *Thread {
	if t.inner == nil {
		return t
	}
	return t.inner
}

// Running gives the running coroutine and whether it is a task's first thread.
func (t *Thread) Running() (co *Thread, main bool) { return t, t.resumer == nil }
