package http

import "time"

// This file holds the count of requests that were at fault, and when the log hears of it.

// faults counts what clients did wrong; own thread.
type faults struct {
	count int
	told  time.Time
}

// note counts a fault; true: it is to be logged.
func (f *faults) note(now time.Time) bool {
	f.count++
	if f.count > 1 && now.Sub(f.told) < faultsEvery {
		return false
	}
	f.told = now
	return true
}

// faultsEvery is how often one is logged.
const faultsEvery = time.Minute
