package waits_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/waits"
)

// model is what Arrange is compared with: each waiter is followed by itself, step by step.
type model struct{ next []int }

// goal gives where a waiter comes to: the end, or the smallest of the cycle, and whether
// it is in the cycle itself.
func (m model) goal(i int) (goal int, inCycle bool) {
	at := i
	for range m.next {
		if m.next[at] == waits.None {
			return at, false
		}
		at = m.next[at]
	}
	goal = at // somewhere in a cycle by now
	for range m.next {
		inCycle = inCycle || at == i
		goal = min(goal, at)
		at = m.next[at]
	}
	return goal, inCycle
}

func (m model) trees() []waits.Tree {
	byEnd := map[int]*waits.Tree{}
	tree := func(end int) *waits.Tree {
		if byEnd[end] == nil {
			byEnd[end] = &waits.Tree{End: end}
		}
		return byEnd[end]
	}
	for i := range m.next {
		goal, inCycle := m.goal(i)
		if inCycle && i == goal {
			for at := i; len(tree(goal).Cycle) == 0 || at != i; at = m.next[at] {
				tree(goal).Cycle = append(tree(goal).Cycle, at)
			}
		} else if !inCycle && m.next[i] != waits.None {
			tree(goal).Waiters++
		} else {
			tree(goal)
		}
	}
	var trees []waits.Tree
	for i := range m.next {
		if byEnd[i] != nil {
			trees = append(trees, *byEnd[i])
		}
	}
	return trees
}

// before gives who waits for a waiter directly, but for one of the same cycle.
func (m model) before(i int) (before []int) {
	for j, next := range m.next {
		if _, inCycle := m.goal(j); next == i && !inCycle {
			before = append(before, j)
		}
	}
	return before
}

// all counts who waits for a waiter, directly or not.
func (m model) all(i int) (n int) {
	for _, before := range m.before(i) {
		n += 1 + m.all(before)
	}
	return n
}

func TestArrangeDoesWhatFollowingEachWaiterDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		m := model{make([]int, random.IntN(12))}
		ends := random.IntN(4) // of ten waiters
		for i := range m.next {
			if m.next[i] = waits.None; random.IntN(10) >= ends {
				m.next[i] = random.IntN(len(m.next))
			}
		}
		got := waits.Arrange(m.next)
		if d := cmp.Diff(m.trees(), got.Trees); d != "" {
			t.Fatalf("%v: trees (-model +got):\n%s", m.next, d)
		}
		for i := range m.next {
			if d := cmp.Diff(m.before(i), got.Before[i]); d != "" || m.all(i) != got.Waiters[i] {
				t.Fatalf("%v: %d: %d wait for it, the model says %d\n%s", m.next, i, got.Waiters[i], m.all(i), d)
			}
		}
	}
}

// Chains may be as long as there are tasks.
func TestArrangeTakesLongChains(t *testing.T) {
	const long = 200_000
	next := make([]int, long)
	for i := range next {
		next[i] = i - 1
	}
	got := waits.Arrange(next)
	if d := cmp.Diff([]waits.Tree{{End: 0, Waiters: long - 1}}, got.Trees); d != "" {
		t.Error(d)
	}
	next[0] = long - 1
	if got := waits.Arrange(next); len(got.Trees) != 1 || len(got.Trees[0].Cycle) != long || !slices.Contains(got.Trees[0].Cycle, 7) {
		t.Errorf("%d trees", len(got.Trees))
	}
}
