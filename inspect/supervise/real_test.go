package supervise_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"lunarium/inspect/supervise"
)

// On a node with several workers members end at any time, also while others are started
// for them: all of them run in the end, each once.
func TestManyEndsAtOnce(t *testing.T) {
	for _, strategy := range []supervise.Strategy{supervise.One, supervise.All, supervise.Rest} {
		t.Run(string(strategy), func(t *testing.T) {
			b := newBenchOn(t, false)
			names := []string{"A", "B", "C", "D"}
			b.add("group", b.launch(names...), supervise.Rules{Strategy: strategy, Most: supervise.MostEnds, Within: time.Hour})
			var kills sync.WaitGroup
			for _, name := range names {
				kills.Go(func() {
					for range 25 {
						if a, ok := b.node.Lookup(name); ok {
							b.node.Kill(a)
						}
						runtime.Gosched()
					}
				})
			}
			kills.Wait()
			for !b.allRun(names) {
				if list := b.supervisor.List(); list[0].GaveUp {
					t.Fatalf("%+v", list[0])
				}
				runtime.Gosched()
			}
		})
	}
}

// allRun tells whether the members run, and no services beside them.
func (b *bench) allRun(names []string) bool {
	for _, m := range b.supervisor.List()[0].Members {
		if svc := b.node.Service(m.Address); m.State != "runs" || svc == nil {
			return false
		}
	}
	return len(b.node.Services()) == len(names)
}
