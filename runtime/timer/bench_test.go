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
			w.Add(time.Duration(i%100)*Tick, new(Timer[*int]))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/timer")
}

// BenchmarkAddPop sets 200,000 timers over 100 ticks and fires them.
func BenchmarkAddPop(b *testing.B) {
	b.ReportAllocs()
	var w Wheel[*int]
	var now time.Duration
	timers := make([]Timer[*int], many)
	for b.Loop() {
		for i := range timers {
			w.Add(now+time.Duration(i%100)*Tick, &timers[i])
		}
		for range 100 {
			w.Pop(now, func(Due[*int]) {})
			now += Tick
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/timer")
}

// BenchmarkAddTake is a request with a time limit that is answered, among
// 200,000 others that wait.
func BenchmarkAddTake(b *testing.B) {
	b.ReportAllocs()
	var w Wheel[*int]
	for i := range many {
		w.Add(time.Duration(i)*Tick, new(Timer[*int]))
	}
	var t Timer[*int]
	for b.Loop() {
		w.Add(5*time.Second, &t)
		w.Take(&t)
	}
}
