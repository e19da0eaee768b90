package lua_test

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lunarium/stdlib/lua"
)

// os.clock counts what the whole process has computed, which the kernel also tells by
// a clock of its own, and neither the time that passes nor one thread's part. The two
// round differently: getrusage may not know of the tick that each thread is in.
func TestProcessorTime(t *testing.T) {
	const ticks = 200 * time.Millisecond
	clock := func(which int32) time.Duration {
		var now unix.Timespec
		if err := unix.ClockGettime(which, &now); err != nil {
			t.Fatal(err)
		}
		return time.Duration(now.Nano())
	}
	t.Parallel() // after the others, which have computed
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Other threads have done so much that nothing passes that is 0 or this thread's.
	for clock(unix.CLOCK_PROCESS_CPUTIME_ID)-clock(unix.CLOCK_THREAD_CPUTIME_ID) < 2*ticks {
		done := make(chan struct{})
		go func() {
			for i := 0; i < 1<<26; i++ {
			}
			close(done)
		}()
		<-done
	}
	before := clock(unix.CLOCK_PROCESS_CPUTIME_ID)
	got := lua.ProcessorTime()
	after := clock(unix.CLOCK_PROCESS_CPUTIME_ID)
	if got < before-ticks || got > after+time.Millisecond {
		t.Errorf("the process computed for %v to %v, and %v is told", before, after, got)
	}
}
