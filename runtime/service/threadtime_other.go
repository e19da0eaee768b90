//go:build !linux

package service

import "time"

var threadEpoch = time.Now()

// threadTime stands in for a thread's processor time where that is not known.
func threadTime() (thread int, processor time.Duration) { return 0, time.Since(threadEpoch) }
