package cli

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// This file tunes the heap.

const (
	// heapGrowth is how much the heap may grow between two collections, in
	// percent of what lives: Lua makes much garbage, of which little lives on.
	heapGrowth = 400
	// heapShare is the part of the container's or the machine's memory beyond
	// which collections come sooner.
	heapShare = 0.7
)

// tuneHeap gives Go's collector the rhythm that suits Lua. The variables GOGC and
// GOMEMLIMIT, where they are set, have the last word.
func tuneHeap() {
	if _, ok := os.LookupEnv("GOGC"); ok {
		return
	}
	provider := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)
	if _, err := memlimit.Set(memlimit.WithProvider(provider), memlimit.WithRatio(heapShare)); err != nil {
		return // without a limit, a heap that grows fast is a risk
	}
	debug.SetGCPercent(heapGrowth)
}
