package service

import (
	"time"

	"lunarium/runtime/vm"
)

// This file holds the versions of a service's code.

// Version is one state of a service's code.
type Version struct {
	Number   int
	Previous int       // the version that undo goes back to; 0: none
	At       time.Time // when it was installed, by the node's clock
	Code     *vm.Code  // the main chunk
	Impl     *vm.Code  // the file of the handler in the variable Holder; nil: there is none
	Holder   string
	Own      bool   // the service put Impl in place itself
	Changes  string // what was different from the version before, for people
	Step     any    // how the service got here from the version before; the installer's
	// Forgotten says that nothing of it is kept but its number.
	Forgotten bool
}
