package sample

import (
	"context"
	"slices"
	"sync"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file measures the memory of a few services.

// Meter measures what services hold. Measuring walks a whole state on the
// service's own thread, so it is rationed: a little in each round, those first
// that somebody looks at, and none again before a hundred times as long as it
// took has passed.
type Meter struct {
	mu     sync.Mutex
	wanted map[message.Address]bool // that somebody looks at
	asked  bool                     // for all
	known  map[message.Address]measure
	turn   message.Address // the last of the others that was measured
}

type measure struct {
	bytes int
	next  time.Time // when it may be measured again
}

const (
	memoryWait = 200 * time.Millisecond // for a busy service
	memoryRest = 100
)

// NewMeter gives one that has measured nothing.
func NewMeter() *Meter {
	return &Meter{wanted: map[message.Address]bool{}, known: map[message.Address]measure{}}
}

// Of gives what is known of a service; -1 when nothing is.
func (m *Meter) Of(a message.Address) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.known[a]; ok {
		return known.bytes
	}
	return -1
}

// Want asks for services that somebody looks at.
func (m *Meter) Want(a message.Address) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wanted[a] = true
}

// WantAll asks for a round of all services.
func (m *Meter) WantAll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = true
}

// MeasureWanted is Measure for who asks for services one by one: those are first. Nobody
// looking, it does nothing.
func (m *Meter) MeasureWanted(ctx context.Context, rows []Row, round time.Duration) {
	m.mu.Lock()
	wanted, asked := m.wanted, m.asked
	m.wanted, m.asked = map[message.Address]bool{}, false
	m.mu.Unlock()
	if len(wanted) > 0 || asked {
		m.inTurn(ctx, rows, wanted, round)
	}
}

// Measure measures services for a round, each in its turn.
func (m *Meter) Measure(ctx context.Context, rows []Row, round time.Duration) {
	m.inTurn(ctx, rows, nil, round)
}

func (m *Meter) inTurn(ctx context.Context, rows []Row, wanted map[message.Address]bool, round time.Duration) {
	m.forget(rows)
	until := time.Now().Add(round)
	var looked, others []Row
	for _, r := range rows {
		if wanted[r.Address] {
			looked = append(looked, r)
		} else {
			others = append(others, r)
		}
	}
	m.longestDueFirst(looked)
	for _, r := range looked {
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

// longestDueFirst sorts services so that none waits for others that were measured since, and
// those that never were are first.
func (m *Meter) longestDueFirst(rows []Row) {
	m.mu.Lock()
	defer m.mu.Unlock()
	slices.SortStableFunc(rows, func(a, b Row) int { return m.known[a.Address].next.Compare(m.known[b.Address].next) })
}

// one measures a service if it is its time; false when the round is over.
func (m *Meter) one(ctx context.Context, r Row, until time.Time) bool {
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
	if bytes, err := r.Service.Memory(ctx); err == nil {
		known.bytes = bytes
	}
	known.next = time.Now().Add(max(time.Second, memoryRest*time.Since(begun)))
	m.note(r.Address, known)
	return true
}

func (m *Meter) note(a message.Address, found measure) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[a] = found
}

// MeasureAll measures services one by one until the context ends, however long that
// takes; each gives the context of one, within whose time it has to answer. Those that do
// not stay as they are known.
func (m *Meter) MeasureAll(ctx context.Context, rows []Row, each func() (context.Context, context.CancelFunc)) {
	for _, r := range rows {
		if ctx.Err() != nil {
			return
		}
		one, cancel := each()
		begun := time.Now()
		if bytes, err := r.Service.Memory(one); err == nil {
			m.note(r.Address, measure{bytes, begun.Add(max(time.Second, memoryRest*time.Since(begun)))})
		}
		cancel()
	}
}

// forget drops services that have ended.
func (m *Meter) forget(rows []Row) {
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
