package web

import (
	"cmp"
	"context"
	"runtime/metrics"
	"sync"
	"time"

	"lunarium/inspect"
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

// sample is the node at one moment; it does not change.
type sample struct {
	at    time.Time
	rows  []row // by address
	ended map[string]service.Totals
	point point
}

// sampler reads the node's counters again and again.
type sampler struct {
	node   *service.Node
	memory *memoryMeter

	mu      sync.Mutex
	latest  *sample
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
)

// newSampler makes one that takes a sample every so often, 0 for the usual.
func newSampler(n *service.Node, every time.Duration) *sampler {
	every = cmp.Or(every, sampleEvery)
	s := &sampler{node: n, memory: newMemoryMeter(), latest: &sample{}, changed: make(chan struct{}), usual: every, pace: every}
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
		s.memory.measure(ctx, s.now().rows)
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
func (s *sampler) now() *sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest
}

// next gives the latest sample and what tells of a newer one.
func (s *sampler) next() (*sample, <-chan struct{}) {
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
	before := s.now()
	// What ended is read first: a service that ends in between is missing once
	// and never counted twice.
	now := &sample{at: time.Now(), ended: s.node.Ended()}
	seconds := now.at.Sub(before.at).Seconds()
	services := s.node.Services()
	now.rows = make([]row, len(services))
	old := before.rows
	for i, svc := range services {
		r := s.read(svc)
		for len(old) > 0 && old[0].Address < r.Address { // both are sorted
			old = old[1:]
		}
		since := row{}
		if len(old) > 0 && old[0].Address == r.Address {
			since = old[0]
		}
		if !before.at.IsZero() {
			r.rate = float64(r.Messages-since.Messages) / seconds
			// A slice that ends while it is read may have been counted too long before.
			r.load = max(0, (r.CPU-since.CPU).Seconds()/seconds)
		}
		now.rows[i] = r
		now.point.Rate += r.rate
		now.point.Load += r.load
		now.point.Queue += r.Queue
		now.point.Tasks += r.Tasks
	}
	now.point.Time, now.point.Services, now.point.Heap = now.at.UnixMilli(), len(services), heap()
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

func (s *sampler) read(svc *service.Service) row {
	return row{ServiceRow: inspect.RowOf(svc), svc: svc, memory: s.memory.of(svc.Address())}
}

// heap gives the bytes of live and not yet swept objects.
func heap() uint64 {
	reading := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(reading)
	return reading[0].Value.Uint64()
}
