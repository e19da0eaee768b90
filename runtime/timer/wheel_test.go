package timer

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// model is a wheel as a plain list in firing order.
type model struct {
	reached time.Duration
	last    ID
	timers  []Due[int]
}

func (m *model) add(at time.Duration, payload int) ID {
	m.last++
	at = max((at+Tick-1)/Tick*Tick, m.reached)
	i := len(m.timers)
	for i > 0 && m.timers[i-1].At > at {
		i--
	}
	m.timers = slices.Insert(m.timers, i, Due[int]{m.last, at, payload})
	return m.last
}

func (m *model) cancel(id ID) bool {
	before := len(m.timers)
	m.timers = slices.DeleteFunc(m.timers, func(d Due[int]) bool { return d.ID == id })
	return len(m.timers) < before
}

func (m *model) pop(now time.Duration, f func(Due[int])) {
	now = now / Tick * Tick
	for len(m.timers) > 0 && m.timers[0].At <= now {
		first := m.timers[0]
		m.timers = m.timers[1:]
		m.reached = first.At
		f(first)
	}
	m.reached = max(m.reached, now)
}

// spans are magnitudes for due times and steps, up to years.
var spans = []time.Duration{
	1, Tick, 64 * Tick, 3 * time.Second, 41 * time.Second, time.Hour, 48 * time.Hour, 20000 * time.Hour,
}

func TestWheelAgainstModel(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		var w Wheel[int]
		var m model
		var now time.Duration
		span := func() time.Duration { return time.Duration(r.Int64N(int64(spans[r.IntN(len(spans))]) + 1)) }
		for op := range 600 {
			switch r.IntN(8) {
			case 0, 1, 2, 3:
				at := now + span() - Tick
				if got, want := w.Add(at, op), m.add(at, op); got != want {
					t.Fatalf("seed %d: Add gives ID %d, want %d", seed, got, want)
				}
			case 4, 5:
				id := ID(r.Uint64N(uint64(m.last) + 2))
				if got, want := w.Cancel(id), m.cancel(id); got != want {
					t.Fatalf("seed %d: Cancel(%d) = %t, want %t", seed, id, got, want)
				}
			default:
				now += span()
				var got, want []Due[int]
				more := r.Int64N(100)
				w.Pop(now, func(d Due[int]) {
					got = append(got, d)
					if int64(d.ID)%5 == more%5 && len(got) < 20 {
						w.Add(d.At+time.Duration(more)*Tick, op)
						w.Cancel(d.ID + 1)
					}
				})
				m.pop(now, func(d Due[int]) {
					want = append(want, d)
					if int64(d.ID)%5 == more%5 && len(want) < 20 {
						m.add(d.At+time.Duration(more)*Tick, op)
						m.cancel(d.ID + 1)
					}
				})
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d: Pop(%s) (-want +got):\n%s", seed, now, diff)
				}
			}
			compareState(t, seed, &w, &m)
		}
	}
}

func compareState(t *testing.T, seed uint64, w *Wheel[int], m *model) {
	t.Helper()
	if w.Len() != len(m.timers) {
		t.Fatalf("seed %d: Len = %d, want %d", seed, w.Len(), len(m.timers))
	}
	at, ok := w.Next()
	if ok != (len(m.timers) > 0) || ok && at != m.timers[0].At {
		t.Fatalf("seed %d: Next = %s, %t, model %v", seed, at, ok, m.timers)
	}
	if !slices.Equal(w.All(), m.timers) {
		t.Fatalf("seed %d: All (-want +got):\n%s", seed, cmp.Diff(m.timers, w.All()))
	}
}

func TestWheelRange(t *testing.T) {
	var w Wheel[string]
	w.Add(math.MaxInt64, "the end")
	w.Add(-5, "the past")
	w.Add(10*365*24*time.Hour, "ten years")
	var got []string
	w.Pop(0, func(d Due[string]) { got = append(got, d.Payload) })
	w.Pop(math.MaxInt64, func(d Due[string]) { got = append(got, d.Payload) })
	w.Add(0, "too late")
	w.Pop(math.MaxInt64, func(d Due[string]) { got = append(got, d.Payload) })
	if diff := cmp.Diff([]string{"the past", "ten years", "the end", "too late"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCancelFreesThePayload(t *testing.T) {
	var w Wheel[*[1 << 20]byte]
	w.Add(time.Hour, nil)
	freed := make(chan struct{})
	payload := new([1 << 20]byte)
	runtime.AddCleanup(payload, func(c chan struct{}) { close(c) }, freed)
	id := w.Add(time.Hour, payload)
	if !w.Cancel(id) || w.Cancel(id) {
		t.Fatal("a timer is not cancelled exactly once")
	}
	runtime.GC()
	<-freed
	runtime.KeepAlive(&w)
}

func TestPagesAreDropped(t *testing.T) {
	var w Wheel[int]
	for range 10 {
		var ids []ID
		for i := range 1000 {
			ids = append(ids, w.Add(time.Duration(i)*Tick, i))
		}
		for _, id := range ids {
			w.Cancel(id)
		}
	}
	if held := len(w.nodes.held); held > 1 {
		t.Errorf("an empty wheel holds %d pages", held)
	}
}
