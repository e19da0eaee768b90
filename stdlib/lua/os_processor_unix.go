//go:build unix

package lua

import (
	"syscall"
	"time"
)

// This file holds the processor time of the process, on Unix.

// ProcessorTime gives what the process has used of the processors, of all of them
// together, as clock of the C library does. With nothing to tell it is 0.
func ProcessorTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
