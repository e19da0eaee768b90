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

// wheel is a Wheel whose timers are known by their IDs.
type wheel struct {
	Wheel[int]
	timers map[ID]*Timer[int]
}

func (w *wheel) add(at time.Duration, payload int) ID {
	t := &Timer[int]{Payload: payload}
	id := w.Add(at, t)
	w.timers[id] = t
	return id
}

func (w *wheel) cancel(id ID) bool {
	if w.timers[id] == nil {
		return false
	}
	_, ok := w.Take(w.timers[id])
	return ok
}

// popInParts is Pop that touches a few timers at a time, and looks at the wheel
// between.
func (w *wheel) popInParts(r *rand.Rand, now time.Duration, f func(Due[int])) {
	for !w.popSome(now, 1+r.IntN(3), f) {
		all := w.All()
		next, ok := w.Next()
		soonest, _ := w.soonest()
		if ok != (w.Len() > 0) || len(all) != w.Len() || ok && (next != all[0].At || soonest > next) {
			panic("the wheel is not whole amid PopSome")
		}
	}
}

// spans are magnitudes for due times and steps, up to years.
var spans = []time.Duration{
	1, Tick, 64 * Tick, 3 * time.Second, 41 * time.Second, time.Hour, 48 * time.Hour, 20000 * time.Hour,
}

func TestWheelAgainstModel(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := wheel{timers: map[ID]*Timer[int]{}}
		var m model
		var now time.Duration
		span := func() time.Duration { return time.Duration(r.Int64N(int64(spans[r.IntN(len(spans))]) + 1)) }
		for op := range 600 {
			switch r.IntN(8) {
			case 0, 1, 2, 3:
				at := now + span() - Tick
				if got, want := w.add(at, op), m.add(at, op); got != want {
					t.Fatalf("seed %d: Add gives ID %d, want %d", seed, got, want)
				}
			case 4, 5:
				id := ID(r.Uint64N(uint64(m.last) + 2))
				if got, want := w.cancel(id), m.cancel(id); got != want {
					t.Fatalf("seed %d: Cancel(%d) = %t, want %t", seed, id, got, want)
				}
			default:
				now += span()
				var got, want []Due[int]
				more := r.Int64N(100)
				pop := w.Pop
				if seed%2 == 1 {
					pop = func(now time.Duration, f func(Due[int])) { w.popInParts(r, now, f) }
				}
				pop(now, func(d Due[int]) {
					got = append(got, d)
					if int64(d.ID)%5 == more%5 && len(got) < 20 {
						w.add(d.At+time.Duration(more)*Tick, op)
						w.cancel(d.ID + 1)
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
			compareState(t, seed, &w.Wheel, &m)
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
	if soonest, ok := w.soonest(); ok != (len(m.timers) > 0) || ok && soonest > m.timers[0].At {
		t.Fatalf("seed %d: Soonest = %s, %t, model %v", seed, soonest, ok, m.timers)
	}
	if !slices.Equal(w.All(), m.timers) {
		t.Fatalf("seed %d: All (-want +got):\n%s", seed, cmp.Diff(m.timers, w.All()))
	}
}

func TestWheelRange(t *testing.T) {
	var w Wheel[string]
	add := func(at time.Duration, payload string) { w.Add(at, &Timer[string]{Payload: payload}) }
	add(math.MaxInt64, "the end")
	add(-5, "the past")
	add(10*365*24*time.Hour, "ten years")
	var got []string
	w.Pop(0, func(d Due[string]) { got = append(got, d.Payload) })
	w.Pop(math.MaxInt64, func(d Due[string]) { got = append(got, d.Payload) })
	add(0, "too late")
	w.Pop(math.MaxInt64, func(d Due[string]) { got = append(got, d.Payload) })
	if diff := cmp.Diff([]string{"the past", "ten years", "the end", "too late"}, got); diff != "" {
		t.Error(diff)
	}
}

// A timer that is set goes to its new place, under a new ID.
func TestSetAnew(t *testing.T) {
	var w Wheel[int]
	var timer, other Timer[int]
	w.Add(time.Second, &timer)
	w.Add(2*time.Second, &other)
	w.Add(3*time.Second, &timer)
	want := []Due[int]{{ID: 2, At: 2 * time.Second}, {ID: 3, At: 3 * time.Second}}
	if diff := cmp.Diff(want, w.All()); diff != "" || w.Len() != 2 {
		t.Errorf("%d timers: %s", w.Len(), diff)
	}
	if w.Find(1) != nil || w.Find(3) != &timer {
		t.Error("the wrong timer is found")
	}
}

func TestTheWheelLetsGo(t *testing.T) {
	var w Wheel[*[1 << 20]byte]
	var before, after Timer[*[1 << 20]byte]
	timer := &Timer[*[1 << 20]byte]{Payload: new([1 << 20]byte)}
	w.Add(time.Hour, &before)
	w.Add(time.Hour, timer)
	w.Add(time.Hour, &after)
	freed := make(chan struct{})
	runtime.AddCleanup(timer, func(c chan struct{}) { close(c) }, freed)
	_, taken := w.Take(timer)
	if _, again := w.Take(timer); !taken || again {
		t.Fatal("a timer is not taken back exactly once")
	}
	runtime.GC()
	<-freed
	runtime.KeepAlive(&w)
}

// A slot that many timers share is moved down in parts, in which others use the
// wheel: what they add comes after what was there, and what they take back is gone.
func TestSlotIsSpreadInParts(t *testing.T) {
	const many, part = 1000, 10
	var w Wheel[int]
	timers := make([]Timer[int], many)
	add := func(tick int64, payload int) *Timer[int] {
		timer := &Timer[int]{Payload: payload}
		w.Add(time.Duration(tick)*Tick, timer)
		return timer
	}
	for i := range timers {
		timers[i].Payload = i
		w.Add(time.Duration(100+i%2)*Tick, &timers[i])
	}
	var fired []int
	parts, expected := 0, map[int]bool{}
	for i := range many {
		expected[i] = true
	}
	for !w.popSome(100*Tick, part, func(d Due[int]) { fired = append(fired, d.Payload) }) {
		parts++
		if parts == 20 {
			add(100, many)
			add(101, many+2)
			for _, i := range []int{0, 150, 199, 200, 600, 998, 999} { // moved, at the edges, not moved
				w.Take(&timers[i])
				delete(expected, i)
			}
		}
	}
	var want []int
	for i := 0; i < many; i += 2 {
		if expected[i] {
			want = append(want, i)
		}
	}
	if diff := cmp.Diff(append(want, many), fired); diff != "" {
		t.Errorf("fired (-want +got):\n%s", diff)
	}
	if parts < 2*len(want)/part {
		t.Errorf("%d timers were moved and fired in %d parts", many, parts)
	}
	rest := w.All()
	if last := rest[len(rest)-1]; last.Payload != many+2 || last.At != 101*Tick || len(rest) != 499 {
		t.Errorf("%d timers are left, the last one %v", len(rest), last)
	}
}
