package heap

import (
	"context"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// model is a random graph of a state's values and, beside it, what holds what.
type model struct {
	state  *vm.State
	values []vm.Value
	holds  links // by the index of values; 0 is the root, which holds the places
	bytes  []int64
}

// newModel makes tables with entries and metatables, Go functions and long strings, which
// hold each other at random.
func newModel(seed int64) *model {
	r := rand.New(rand.NewSource(seed))
	m := &model{state: vm.NewState(vm.Config{Seed: 7})}
	size := 2 + r.Intn(30)
	m.values, m.holds = make([]vm.Value, size), make(links, size)
	for i := 1; i < size; i++ {
		switch r.Intn(4) {
		case 0:
			m.values[i] = vm.String(strings.Repeat(fmt.Sprint(i, " "), 20))
		case 1:
			held := 1 + r.Intn(size-1)
			upvalue := vm.Int(held)
			if held < i {
				upvalue = m.values[held]
				m.holds[i] = append(m.holds[i], held)
			}
			m.values[i] = m.state.NewGoClosure("f", func(*vm.Thread) int { return 0 }, upvalue)
		default:
			m.values[i] = vm.TableValue(m.state.NewTable(0, 0))
		}
	}
	for range 3 * size {
		m.link(r, 1+r.Intn(size-1), 1+r.Intn(size-1))
	}
	for range 1 + r.Intn(4) {
		m.holds[0] = append(m.holds[0], 1+r.Intn(size-1))
	}
	return m
}

// link has a table hold another value: under a number or a text, as a key, or as its
// metatable.
func (m *model) link(r *rand.Rand, from, to int) {
	t := m.values[from].AsTable()
	if t == nil {
		return
	}
	switch r.Intn(5) {
	case 0:
		if t.Metatable() != nil || m.values[to].AsTable() == nil {
			return
		}
		m.state.SetMetatable(t, m.values[to].AsTable())
	case 1:
		t.Set(m.values[to], vm.True)
	case 2:
		t.SetString(fmt.Sprint("k", to), m.values[to])
	default:
		t.SetInt(to, m.values[to])
	}
	m.holds[from] = append(m.holds[from], to)
}

// survey gives what the survey finds of it, in pieces of random size.
func (m *model) survey(t *testing.T, r *rand.Rand) (*picture, []int) {
	b := newBuilder()
	s := m.state.Memory().Survey(b)
	s.Place(func(func(vm.Value, vm.Held)) {})
	for i, to := range m.holds[0] {
		b.addPlace(s.Place(func(hold func(vm.Value, vm.Held)) { hold(m.values[to], vm.Held{How: vm.HeldContent}) }), fmt.Sprint("place", i))
	}
	for s.Some(1 + r.Intn(5)) {
	}
	tree, err := dominators(context.Background(), &b.graph, func(i int) int64 { return b.graph.bytes.at(i) })
	if err != nil {
		t.Fatal(err)
	}
	numbers := make([]int, len(m.values))
	m.bytes = make([]int64, len(m.values))
	for i := range m.values {
		numbers[i] = -1
		if number, ok := s.Number(m.values[i]); ok {
			numbers[i] = number
			m.bytes[i] = b.graph.bytes.at(number)
		}
	}
	return &picture{&b.graph, tree}, numbers
}

func TestSurveyOfRandomStates(t *testing.T) {
	t.Parallel()
	for seed := range int64(400) {
		m := newModel(seed)
		p, numbers := m.survey(t, rand.New(rand.NewSource(seed)))
		reached := m.holds.reached(-1)
		want := m.holds.retained(func(i int) int64 { return m.bytes[i] })
		total := int64(0)
		for i := 1; i < len(m.values); i++ {
			if is := numbers[i] >= 0; is != reached[i] {
				t.Fatalf("seed %d: value %d was met: %v", seed, i, is)
			}
			if !reached[i] {
				continue
			}
			total += m.bytes[i]
			if n := p.tree.of[numbers[i]]; p.retained[n] != want[i] {
				t.Fatalf("seed %d: value %d retains %d bytes, not %d", seed, i, p.retained[n], want[i])
			}
		}
		for _, limits := range []Limits{{}, DefaultLimits, {Rows: 2, Share: 3, Few: 1}} {
			report := p.report(place{object: 1}, limits)
			sum := int64(0)
			for _, row := range report.Rows {
				sum += row.Bytes
			}
			if report.Bytes != total || sum != total {
				t.Fatalf("seed %d, %+v: %d bytes in all, %d in rows, not %d", seed, limits, report.Bytes, sum, total)
			}
		}
	}
}

// What is told as shared is held by each of those who are named, directly or by way of
// others, and by none alone.
func TestSharedIsHeldByEach(t *testing.T) {
	t.Parallel()
	told := 0
	for seed := range int64(400) {
		m := newModel(seed)
		p, _ := m.survey(t, rand.New(rand.NewSource(seed)))
		parts, _ := p.parts(place{object: 1}, selection{most: mostRows})
		for _, part := range parts {
			members := part.members
			if part.object != 0 {
				members = []uint32{part.object}
			}
			for _, name := range part.with {
				told++
				for _, member := range members {
					if !p.leadsTo(name, member) {
						t.Fatalf("seed %d: %s does not lead to %s", seed, name, p.path(member))
					}
				}
			}
			if len(part.with) == 1 {
				t.Fatalf("seed %d: %s is shared by one", seed, part.path)
			}
		}
	}
	if told == 0 {
		t.Error("nothing was shared")
	}
}

// leadsTo tells whether a place leads to an object.
func (p *picture) leadsTo(name string, object uint32) bool {
	for number, other := range p.names {
		if other != name {
			continue
		}
		seen := map[int]bool{}
		for left := []int{number}; len(left) > 0; {
			from := left[0]
			left = left[1:]
			if p.tree.of[from] == object {
				return true
			}
			if !seen[from] {
				seen[from] = true
				p.links(from, func(to int) { left = append(left, to) })
			}
		}
	}
	return false
}
