package cache

import (
	"container/heap"
	"container/list"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
)

// This file holds the store in the node's own memory.

// receiver is one subscription to a channel of a memory.
type receiver struct {
	receive func(value string) bool
}

// memory is a store in the node's own memory.
type memory struct {
	now    func() time.Time
	limits limits

	mu       sync.Mutex
	entries  map[string]*entry
	recent   list.List // of *entry, the one used last in front
	due      expiries
	bytes    int
	channels map[string][]*receiver
}

// limits bound a memory.
type limits struct {
	entries, bytes int
}

// entryCost is what an entry takes besides the bytes of key and value.
const entryCost = 128

type entry struct {
	key, value string
	expires    time.Time // zero: never
	place      int       // in due, or -1
	used       *list.Element
}

func (e *entry) bytes() int { return entryCost + len(e.key) + len(e.value) }

func newMemory(now func() time.Time, l limits) *memory {
	return &memory{now: now, limits: l, entries: map[string]*entry{}, channels: map[string][]*receiver{}}
}

// lock locks the memory and drops what has expired.
func (m *memory) lock() (now time.Time) {
	m.mu.Lock()
	now = m.now()
	for len(m.due) > 0 && !m.due[0].expires.After(now) {
		m.drop(m.due[0])
	}
	return now
}

func (m *memory) drop(e *entry) {
	delete(m.entries, e.key)
	m.recent.Remove(e.used)
	m.setExpiry(e, time.Time{})
	m.bytes -= e.bytes()
}

func (m *memory) setExpiry(e *entry, at time.Time) {
	switch {
	case at.IsZero() && e.place >= 0:
		heap.Remove(&m.due, e.place)
	case !at.IsZero() && e.place < 0:
		e.expires = at
		heap.Push(&m.due, e)
		return
	case !at.IsZero():
		e.expires = at
		heap.Fix(&m.due, e.place)
	}
	e.expires = at
}

// use gives the entry under a key, or nil, and makes it the one used last.
func (m *memory) use(key string) *entry {
	e := m.entries[key]
	if e != nil {
		m.recent.MoveToFront(e.used)
	}
	return e
}

func (m *memory) get(_ context.Context, keys ...string) ([]found, error) {
	m.lock()
	defer m.mu.Unlock()
	values := make([]found, len(keys))
	for i, key := range keys {
		if e := m.use(key); e != nil {
			values[i] = found{e.value, true}
		}
	}
	return values, nil
}

func (m *memory) set(_ context.Context, key, value string, ttl time.Duration) error {
	now := m.lock()
	defer m.mu.Unlock()
	e, err := m.put(key, value)
	if err != nil {
		return err
	}
	m.setExpiry(e, expiry(now, ttl))
	return nil
}

func expiry(now time.Time, ttl time.Duration) time.Time {
	if ttl == 0 {
		return time.Time{}
	}
	return now.Add(ttl)
}

// put stores a value and makes room for it.
func (m *memory) put(key, value string) (*entry, error) {
	if size := entryCost + len(key) + len(value); size > m.limits.bytes {
		return nil, fmt.Errorf("an entry of %d bytes in a cache of %d", size, m.limits.bytes)
	}
	e := m.use(key)
	if e == nil {
		e = &entry{key: strings.Clone(key), value: value, place: -1}
		e.used = m.recent.PushFront(e)
		m.entries[e.key] = e
		m.bytes += e.bytes()
	} else {
		m.bytes += len(value) - len(e.value)
		e.value = value
	}
	for m.bytes > m.limits.bytes || len(m.entries) > m.limits.entries {
		m.drop(m.recent.Back().Value.(*entry))
	}
	return e, nil
}

func (m *memory) del(_ context.Context, keys []string) (int, error) {
	m.lock()
	defer m.mu.Unlock()
	n := 0
	for _, key := range keys {
		if e := m.entries[key]; e != nil {
			m.drop(e)
			n++
		}
	}
	return n, nil
}

func (m *memory) expire(_ context.Context, key string, ttl time.Duration) (bool, error) {
	now := m.lock()
	defer m.mu.Unlock()
	e := m.entries[key]
	if e == nil {
		return false, nil
	}
	m.setExpiry(e, expiry(now, ttl))
	return true, nil
}

func (m *memory) ttl(_ context.Context, key string) (time.Duration, error) {
	now := m.lock()
	defer m.mu.Unlock()
	e := m.entries[key]
	switch {
	case e == nil:
		return missing, nil
	case e.place < 0:
		return forever, nil
	}
	return e.expires.Sub(now), nil
}

func (m *memory) incr(_ context.Context, key string, by int64) (int64, error) {
	m.lock()
	defer m.mu.Unlock()
	var n int64
	if e := m.entries[key]; e != nil {
		var ok bool
		if n, ok = integer(e.value); !ok {
			return 0, errNotInteger
		}
	}
	if by > 0 && n > math.MaxInt64-by || by < 0 && n < math.MinInt64-by {
		return 0, errOverflow
	}
	n += by
	_, err := m.put(key, strconv.FormatInt(n, 10))
	return n, err
}

func (m *memory) keys(_ context.Context, pattern string) ([]string, error) {
	m.lock()
	defer m.mu.Unlock()
	var keys []string
	for key := range m.entries {
		if match(pattern, key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// expiries is a heap of the entries that expire, the next one first.
type expiries []*entry

func (h expiries) Len() int           { return len(h) }
func (h expiries) Less(i, j int) bool { return h[i].expires.Before(h[j].expires) }

// Swap exchanges two entries.
func (h expiries) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push appends an entry.
func (h *expiries) Push(x any) {
	e := x.(*entry)
	e.place = len(*h)
	*h = append(*h, e)
}

// Pop takes the last entry off.
func (h *expiries) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	e.place = -1
	return e
}
