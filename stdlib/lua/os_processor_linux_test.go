package lua_test

import (
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
	processClock := func() time.Duration {
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &now); err != nil {
			t.Fatal(err)
		}
		return time.Duration(now.Nano())
	}
	for processClock() < 3*ticks { // so that nothing that is 0 or one thread's passes
		done := make(chan struct{})
		for range 2 {
			go func() {
				for i := 0; i < 1<<26; i++ {
				}
				done <- struct{}{}
			}()
		}
		<-done
		<-done
	}
	before := processClock()
	got := lua.ProcessorTime()
	after := processClock()
	if got < before-ticks || got > after+time.Millisecond {
		t.Errorf("the process computed for %v to %v, and %v is told", before, after, got)
	}
}
