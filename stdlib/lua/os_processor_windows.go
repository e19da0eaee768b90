package lua

import (
	"syscall"
	"time"
)

// This file holds the processor time of the process, on Windows.

// ProcessorTime gives what the process has used of the processors, of all of them
// together. With nothing to tell it is 0.
func ProcessorTime() time.Duration {
	var created, ended, kernel, user syscall.Filetime
	process, err := syscall.GetCurrentProcess()
	if err != nil || syscall.GetProcessTimes(process, &created, &ended, &kernel, &user) != nil {
		return 0
	}
	const unit = 100 // nanoseconds; Filetime.Nanoseconds counts from 1970
	ticks := func(f syscall.Filetime) int64 { return int64(f.HighDateTime)<<32 | int64(f.LowDateTime) }
	return time.Duration((ticks(kernel) + ticks(user)) * unit)
}
