package crash

import (
	"slices"
	"time"

	"lunarium/inspect/debug"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds what is known of an error, as data.

// Place is an error that nobody caught, as often as it happened.
type Place struct {
	ID       uint64
	At       string // the line that raised it, "main.lua:12"; "" outside Lua
	Error    string // its text, the latest time
	Count    uint64
	First    time.Time // by the node's clock, like all times here
	Last     time.Time
	Services []Service // where, the first ones
	More     bool      // it happened in others, too
	Because  uint64    // the place whose error was the answer to a call that was made here; 0: it began here
}

// Service is one in which an error happened.
type Service struct {
	Address message.Address
	Name    string // of its file
}

// Report is a place with what is known of its first time and of the latest that was
// described: of a storm of errors few are.
type Report struct {
	Place
	Earliest *Detail // nil: it is Latest, or too much was described in that second
	Latest   *Detail // nil: too much was described whenever it happened
}

// Detail is an error that nobody caught, and what was there.
type Detail struct {
	Number    uint64 // of the place's errors, from 1
	Time      time.Time
	Service   Service
	Kind      service.TaskKind
	Task      uint64
	Site      string        // the line that made it, of a fork or time-out
	Age       time.Duration // of the task
	Error     string
	Traceback string
	Message   *service.Handled // that the task worked on; nil: none
	Frames    []Frame          // the calls, the innermost first
	Left      int              // further calls that are not told
	Outer     []Frame          // the outermost calls, when some are left out
	Askers    []service.Asker  // who waited for the answer, each for the one before
	Causes    []Cause          // the calls of the task that failed, each because of the next

	weight int
}

// Frame is an active call with its variables; upvalues only of the call that failed.
type Frame struct {
	debug.Frame
	Variables []debug.FrameVariable
	Left      int // variables that are not told
}

// Cause is a failed call behind an error.
type Cause struct {
	Where     string // "db :00000003, handling "get" from chat"
	Error     string
	Traceback string
}

// maxAskers is how many askers a detail has at most.
const maxAskers = 16

// What the parts of a detail take beside their texts, about.
const (
	bytesOfDetail = 600
	bytesOfPart   = 250
)

// weigh gives about how many bytes a detail takes.
func (d *Detail) weigh() int {
	n := bytesOfDetail + len(d.Error) + len(d.Traceback)
	if m := d.Message; m != nil {
		n += bytesOfPart + len(m.Args) + len(m.Reply) + len(m.Error)
	}
	for _, c := range d.Causes {
		n += bytesOfPart + len(c.Error) + len(c.Traceback)
	}
	n += maxAskers * bytesOfPart
	for _, f := range slices.Concat(d.Frames, d.Outer) {
		n += bytesOfPart
		for _, v := range f.Variables {
			n += bytesOfPart + valueWeight(v.Value)
		}
	}
	return n
}

func valueWeight(v plain.Value) int {
	n := len(v.Text) + len(v.Seen)
	for _, e := range v.Entries {
		n += bytesOfPart + valueWeight(e.Key) + valueWeight(e.Value)
	}
	return n
}
