package vm_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lunarium/runtime/vm"
)

// BenchmarkPause measures a collection of a million objects and its longest pieces,
// after each of which it may give way, in the thread's processor time.
func BenchmarkPause(b *testing.B) {
	for name, source := range map[string]string{
		"records":    `t = {} for i = 1, 500000 do t[i] = {id = i, place = {i}} end`,
		"strings":    `t = {} for i = 1, 1000000 do t[i] = "a string of some length, number " .. i end`,
		"weak keys":  `t = weak("k") kept = {} for i = 1, 500000 do local k = {} kept[i] = k t[k] = {} end`,
		"finalizers": `t = {} local m = {__gc = function() end} for i = 1, 1000000 do t[i] = weak(nil, {}, m) end`,
		"closures":   `t = {} for i = 1, 500000 do local x = {} t[i] = function() return x end end`,
	} {
		b.Run(name, func(b *testing.B) { benchmarkPause(b, source) })
	}
}

func benchmarkPause(b *testing.B, source string) {
	s := vm.NewState(vm.Config{})
	s.Globals.SetString("weak", s.NewFunction("weak", func(t *vm.Thread) int {
		meta := t.Arg(3).AsTable()
		if meta == nil {
			meta = s.NewTable(0, 1)
			meta.SetString("__mode", t.Arg(1))
		}
		table := t.Arg(2).AsTable()
		if table == nil {
			table = s.NewTable(0, 0)
		}
		s.SetMetatable(table, meta)
		return t.Return(vm.TableValue(table))
	}))
	s.Collector().Stop()
	task := s.NewTask(load(b, s, source))
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		b.Fatal(task.AsTask().Failure())
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all, pieces []time.Duration
	for b.Loop() {
		begun := threadTime()
		last := begun
		for s.Collector().Begin(); ; {
			done := s.Collector().Some(func() bool { return true })
			now := threadTime()
			pieces = append(pieces, now-last)
			if last = now; done {
				break
			}
		}
		all = append(all, last-begun)
	}
	slices.Sort(all)
	slices.Sort(pieces)
	us := func(d time.Duration) float64 { return float64(d.Microseconds()) }
	b.ReportMetric(us(all[len(all)/2]), "µs-collection")
	b.ReportMetric(us(pieces[len(pieces)-1]), "µs-longest")
	b.ReportMetric(us(pieces[len(pieces)*999/1000]), "µs-99.9%")
}

// threadTime gives the thread's processor time, exactly: getrusage counts by the tick.
func threadTime() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		panic(err)
	}
	return time.Duration(now.Nano())
}
