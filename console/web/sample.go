package web

import (
	"cmp"
	"context"
	"runtime/metrics"
	"sync"
	"time"

	"lunarium/inspect/sample"
	"lunarium/runtime/service"
)

// This file reads all services' counters, for all pages at once.

// point is one moment of the whole node, for the charts.
type point struct {
	Time     int64   `json:"t"` // milliseconds since 1970, real time
	Services int     `json:"services"`
	Rate     float64 `json:"rate"` // messages per second
	Load     float64 `json:"load"` // processors busy with Lua
	Queue    int     `json:"queue"`
	Tasks    int     `json:"tasks"`
	Heap     uint64  `json:"heap"` // bytes of the process's heap
}

// look is the node at one moment; it does not change.
type look struct {
	*sample.Sample
	point point
}

// sampler reads the node's counters again and again.
type sampler struct {
	node   *service.Node
	memory *sample.Meter

	mu      sync.Mutex
	latest  *look
	history []point
	changed chan struct{} // closed when there is a newer sample
	usual   time.Duration // between two samples, at least
	pace    time.Duration // between two samples, now
}

const (
	sampleEvery = time.Second
	// sampleShare bounds the part of a processor that sampling takes.
	sampleShare   = 20
	historyPoints = 300
	// memoryRound is of measuring memory between two samples.
	memoryRound = 20 * time.Millisecond
)

// newSampler makes one that takes a sample every so often, 0 for the usual.
func newSampler(n *service.Node, every time.Duration) *sampler {
	every = cmp.Or(every, sampleEvery)
	s := &sampler{node: n, memory: sample.NewMeter(), latest: &look{Sample: &sample.Sample{}}, changed: make(chan struct{}), usual: every, pace: every}
	s.take()
	return s
}

// run takes samples until ctx ends.
func (s *sampler) run(ctx context.Context) {
	timer := time.NewTimer(s.usual)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		begun := time.Now()
		s.take()
		took := time.Since(begun)
		s.memory.MeasureWanted(ctx, s.now().Rows, memoryRound)
		timer.Reset(s.setPace(max(s.usual, sampleShare*took)))
	}
}

// setPace notes for how long the next sample is waited for, so that pages can tell
// a slow sampler from a node that has come to a stand.
func (s *sampler) setPace(pace time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace = pace
	return pace
}

// now gives the latest sample.
func (s *sampler) now() *look {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest
}

// next gives the latest sample and what tells of a newer one.
func (s *sampler) next() (*look, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest, s.changed
}

// every gives the time between two samples.
func (s *sampler) every() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pace
}

// past gives the latest points, the oldest first.
func (s *sampler) past() []point {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]point{}, s.history...)
}

// take reads the counters.
func (s *sampler) take() {
	now := &look{Sample: sample.Take(s.node, time.Now(), s.now().Sample, s.memory)}
	now.point = point{
		Time: now.At.UnixMilli(), Services: len(now.Rows), Rate: now.Rate, Load: now.Load,
		Queue: now.Queue, Tasks: now.Tasks, Heap: heap(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest = now
	s.history = append(s.history, now.point)
	if len(s.history) > historyPoints {
		s.history = append([]point(nil), s.history[1:]...)
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// heap gives the bytes of live and not yet swept objects.
func heap() uint64 {
	reading := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(reading)
	return reading[0].Value.Uint64()
}
