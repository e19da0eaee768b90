package cache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock is a time that a test sets.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func newTestMemory(l limits) (*memory, *clock) {
	c := &clock{time.Unix(1_700_000_000, 0)}
	return newMemory(c.now, l), c
}

func (m *memory) sorted() []string {
	keys, _ := m.keys(context.Background(), "*")
	slices.Sort(keys)
	return keys
}

func (m *memory) mustSet(t *testing.T, key, value string, ttl time.Duration) {
	t.Helper()
	if err := m.set(context.Background(), key, value, ttl); err != nil {
		t.Fatal(err)
	}
}

func TestLeastRecentlyUsedGoesFirst(t *testing.T) {
	ctx := context.Background()
	m, _ := newTestMemory(limits{3, 1 << 20})
	for _, key := range []string{"a", "b", "c"} {
		m.mustSet(t, key, "", 0)
	}
	m.get(ctx, "a")
	m.mustSet(t, "d", "", 0)
	if diff := cmp.Diff([]string{"a", "c", "d"}, m.sorted()); diff != "" {
		t.Error(diff)
	}
	m.incr(ctx, "e", 1)
	if diff := cmp.Diff([]string{"a", "d", "e"}, m.sorted()); diff != "" {
		t.Error(diff)
	}
}

func TestExpiredGoesBeforeUsed(t *testing.T) {
	m, clock := newTestMemory(limits{2, 1 << 20})
	m.mustSet(t, "short", "", time.Second)
	m.mustSet(t, "old", "", 0)
	m.get(context.Background(), "short")
	clock.Time = clock.Add(time.Second)
	m.mustSet(t, "new", "", 0)
	if diff := cmp.Diff([]string{"new", "old"}, m.sorted()); diff != "" {
		t.Error(diff)
	}
}

func TestBytesAreBounded(t *testing.T) {
	m, _ := newTestMemory(limits{100, 1000})
	for i := range 20 {
		m.mustSet(t, fmt.Sprint(i), string(make([]byte, 100)), 0)
	}
	if diff := cmp.Diff([]string{"16", "17", "18", "19"}, m.sorted()); diff != "" {
		t.Error(diff)
	}
	m.mustSet(t, "19", string(make([]byte, 800)), 0)
	if diff := cmp.Diff([]string{"19"}, m.sorted()); diff != "" {
		t.Error(diff)
	}
	err := m.set(context.Background(), "x", string(make([]byte, 1000)), 0)
	if err == nil || err.Error() != "an entry of 1129 bytes in a cache of 1000" {
		t.Error(err)
	}
	m.del(context.Background(), []string{"19"})
	if m.bytes != 0 || len(m.due) != 0 || m.recent.Len() != 0 {
		t.Errorf("%d bytes are left of nothing", m.bytes)
	}
}

// TestMemoryAsItsModel compares random calls with a list that is searched.
func TestMemoryAsItsModel(t *testing.T) {
	type modelled struct {
		key, value string
		expires    time.Time
	}
	ctx := context.Background()
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		m, clock := newTestMemory(limits{5, 1 << 20})
		var model []modelled // the one used last at the end
		find := func(key string) int {
			return slices.IndexFunc(model, func(e modelled) bool { return e.key == key })
		}
		for step := range 400 {
			clock.Time = clock.Add(time.Duration(random.IntN(3)) * time.Second)
			model = slices.DeleteFunc(model, func(e modelled) bool { return !e.expires.IsZero() && !e.expires.After(clock.Time) })
			key := string(rune('a' + random.IntN(9)))
			at := find(key)
			switch random.IntN(4) {
			case 0:
				ttl := time.Duration(random.IntN(6)) * time.Second
				m.mustSet(t, key, fmt.Sprint(step), ttl)
				if at >= 0 {
					model = slices.Delete(model, at, at+1)
				}
				model = append(model, modelled{key, fmt.Sprint(step), expiry(clock.Time, ttl)})
				model = model[max(0, len(model)-5):]
			case 1:
				got, _ := m.get(ctx, key)
				want := found{}
				if at >= 0 {
					e := model[at]
					want = found{e.value, true}
					model = append(slices.Delete(model, at, at+1), e)
				}
				if got[0] != want {
					t.Fatalf("seed %d, step %d: %s is %v, want %v", seed, step, key, got[0], want)
				}
			case 2:
				ttl := time.Duration(random.IntN(6)) * time.Second
				if ok, _ := m.expire(ctx, key, ttl); ok != (at >= 0) {
					t.Fatalf("seed %d, step %d: expire %s gives %t", seed, step, key, ok)
				}
				if at >= 0 {
					model[at].expires = expiry(clock.Time, ttl)
				}
			case 3:
				if n, _ := m.del(ctx, []string{key}); n != min(1, at+1) {
					t.Fatalf("seed %d, step %d: del %s gives %d", seed, step, key, n)
				}
				if at >= 0 {
					model = slices.Delete(model, at, at+1)
				}
			}
		}
		var want []string
		for _, e := range model {
			want = append(want, e.key)
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, m.sorted()); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func TestStoresAgreeOnLimits(t *testing.T) {
	var s Stores
	first, _, err := s.memory(config{name: "x", entries: 5}, time.Now, -1)
	if err != nil {
		t.Fatal(err)
	}
	if second, _, err := s.memory(config{name: "x"}, time.Now, -1); second != first || err != nil {
		t.Error("the same name gives another cache", err)
	}
	_, _, err = s.memory(config{name: "x", entries: 6}, time.Now, -1)
	if err == nil || err.Error() != `the cache "x" is there already, with max_entries = 5 and max_bytes = 67108864` {
		t.Error(err)
	}
	s.Close()
	if _, _, err := s.memory(config{}, time.Now, -1); err != errClosed {
		t.Error(err)
	}
}
