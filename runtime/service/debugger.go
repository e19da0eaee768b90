package service

import (
	"errors"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds a debugger of a service, and what it has stopped.

// Debugger is what a debugger makes of a service; Debugging.Attach sets it. Its
// functions are called on the service's own thread and must be quick.
type Debugger struct {
	// Who is debugging, for others that want to.
	Who string
	// Wants and Stop are vm.Trap's.
	Wants func(c *vm.Code, depth int) bool
	Stop  func(t *vm.Thread, c *vm.Code, index, depth int) bool
	// Raised is vm.Trap's, too.
	Raised func(t *vm.Thread, caught bool) bool
	// Begins is told about a task that is about to handle a message.
	Begins func(task *vm.Thread, m *message.Message)
	// Turn is told about a task that Stop stopped, that waits, or that has ended.
	Turn func(task *vm.Thread, turn Turn)
}

// Turn says how a task's turn ended.
type Turn uint8

// How a task's turn may end.
const (
	TurnStopped Turn = iota // by Debugger.Stop
	TurnWaits
	TurnEnded
)

// ErrDebugged: the service is being debugged already.
var ErrDebugged = errors.New("is being debugged already")

// debugging is a service's debugger and what it stopped.
type debugging struct {
	by      *Debugger
	hold    bool    // nothing else runs while a task stands
	aside   bool    // RunHere runs something: nothing is stopped
	stopped []*task // stopped, in that order
	trap    vm.Trap
}
