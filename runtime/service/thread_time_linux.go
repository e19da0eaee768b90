package service

import (
	"time"

	"golang.org/x/sys/unix"
)

// This file holds the processor time of a thread.

// threadTime gives the number of the calling thread and its processor time.
func threadTime() (thread int, processor time.Duration) {
	var spent unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &spent) != nil {
		return 0, 0
	}
	return unix.Gettid(), time.Duration(spent.Nano())
}
