package timer

import (
	"testing"
	"time"
)

const many = 200_000

// BenchmarkAdd sets 200,000 timers over 100 ticks.
func BenchmarkAdd(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var w Wheel[*int]
		for i := range many {
			w.Add(time.Duration(i%100)*Tick, nil)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/timer")
}

// BenchmarkAddPop sets 200,000 timers over 100 ticks and fires them.
func BenchmarkAddPop(b *testing.B) {
	b.ReportAllocs()
	var w Wheel[*int]
	var now time.Duration
	for b.Loop() {
		for i := range many {
			w.Add(now+time.Duration(i%100)*Tick, nil)
		}
		for range 100 {
			w.Pop(now, func(Due[*int]) {})
			now += Tick
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/timer")
}

// BenchmarkAddCancel is a request with a time limit that is answered, among
// 200,000 others that wait.
func BenchmarkAddCancel(b *testing.B) {
	b.ReportAllocs()
	var w Wheel[*int]
	for i := range many {
		w.Add(time.Duration(i)*Tick, nil)
	}
	for b.Loop() {
		w.Cancel(w.Add(5*time.Second, nil))
	}
}
