//go:build !linux

package service

import "time"

// This file holds what stands in for the processor time of a thread.

var threadEpoch = time.Now()

// threadTime stands in for a thread's processor time where that is not known.
func threadTime() (thread int, processor time.Duration) { return 0, time.Since(threadEpoch) }
