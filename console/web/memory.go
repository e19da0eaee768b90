package web

import (
	"context"
	"sync"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file measures the memory of a few services.

// memoryMeter measures what services hold. Measuring walks a whole state on the
// service's own thread, so it is rationed: a little in each round, those first
// that somebody looks at, and none again before a hundred times as long as it
// took has passed.
type memoryMeter struct {
	mu     sync.Mutex
	wanted map[message.Address]bool // that pages show
	asked  bool                     // for all, by a reader of metrics
	known  map[message.Address]measure
	turn   message.Address // the last of the others that was measured
}

type measure struct {
	bytes int
	next  time.Time // when it may be measured again
}

const (
	memoryRound = 20 * time.Millisecond  // of measuring in each round
	memoryWait  = 200 * time.Millisecond // for a busy service
	memoryRest  = 100
)

func newMemoryMeter() *memoryMeter {
	return &memoryMeter{wanted: map[message.Address]bool{}, known: map[message.Address]measure{}}
}

// of gives what is known of a service; -1 when nothing is.
func (m *memoryMeter) of(a message.Address) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.known[a]; ok {
		return known.bytes
	}
	return -1
}

// want asks for services that somebody looks at.
func (m *memoryMeter) want(a message.Address) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wanted[a] = true
}

// wantAll asks for a round of all services.
func (m *memoryMeter) wantAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = true
}

// measure measures services for a round, those that are wanted first. Nobody
// looking, it does nothing.
func (m *memoryMeter) measure(ctx context.Context, rows []row) {
	m.mu.Lock()
	wanted, asked := m.wanted, m.asked
	m.wanted, m.asked = map[message.Address]bool{}, false
	m.mu.Unlock()
	if len(wanted) == 0 && !asked {
		return
	}
	m.forget(rows)
	until := time.Now().Add(memoryRound)
	var others []row
	for _, r := range rows {
		if !wanted[r.Address] {
			others = append(others, r)
			continue
		}
		if !m.one(ctx, r, until) {
			return
		}
	}
	first := 0
	for first < len(others) && others[first].Address <= m.turn {
		first++
	}
	for i := range others {
		r := others[(first+i)%len(others)]
		if !m.one(ctx, r, until) {
			return
		}
		m.turn = r.Address
	}
}

// one measures a service if it is its time; false when the round is over.
func (m *memoryMeter) one(ctx context.Context, r row, until time.Time) bool {
	begun := time.Now()
	if begun.After(until) || ctx.Err() != nil {
		return false
	}
	m.mu.Lock()
	known, ok := m.known[r.Address]
	m.mu.Unlock()
	if !ok {
		known.bytes = -1
	}
	if begun.Before(known.next) || r.Status == service.StatusBusy || r.Status == service.StatusStuck {
		return true // a busy or stuck one is not disturbed
	}
	ctx, cancel := context.WithTimeout(ctx, memoryWait)
	defer cancel()
	if bytes, err := r.svc.Memory(ctx); err == nil {
		known.bytes = bytes
	}
	known.next = time.Now().Add(max(time.Second, memoryRest*time.Since(begun)))
	m.mu.Lock()
	m.known[r.Address] = known
	m.mu.Unlock()
	return true
}

// forget drops services that have ended.
func (m *memoryMeter) forget(rows []row) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) <= 2*len(rows) {
		return
	}
	alive := make(map[message.Address]bool, len(rows))
	for _, r := range rows {
		alive[r.Address] = true
	}
	for a := range m.known {
		if !alive[a] {
			delete(m.known, a)
		}
	}
}
