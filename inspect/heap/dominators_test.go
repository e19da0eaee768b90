package heap

import (
	"context"
	"math/rand"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// links is a graph by hand: what each object holds.
type links [][]int

func (g links) size() int { return len(g) }

func (g links) links(of int, f func(to int)) {
	for _, to := range g[of] {
		f(to)
	}
}

// reached gives what can be reached from object 0 by ways that do not lead through without.
func (g links) reached(without int) []bool {
	seen := make([]bool, len(g))
	var visit func(int)
	visit = func(of int) {
		if of == without || seen[of] {
			return
		}
		seen[of] = true
		for _, to := range g[of] {
			visit(to)
		}
	}
	visit(0)
	return seen
}

// retained is what the dominators have to give, found by taking out each object in turn.
func (g links) retained(bytes func(int) int64) (sums []int64) {
	all := g.reached(-1)
	for object := range g {
		sum := int64(0)
		left := g.reached(object)
		for other := range g {
			if all[object] && all[other] && !left[other] {
				sum += bytes(other)
			}
		}
		sums = append(sums, sum)
	}
	return sums
}

// randomLinks makes a graph of one of several forms: sparse, dense, a long chain with
// jumps back and forth.
func randomLinks(r *rand.Rand) links {
	g := make(links, 1+r.Intn(40))
	for n := r.Intn(4 * len(g)); n > 0; n-- {
		from := r.Intn(len(g))
		g[from] = append(g[from], r.Intn(len(g)))
	}
	if r.Intn(2) == 0 {
		for i := range len(g) - 1 {
			g[i] = append(g[i], i+1)
		}
	}
	return g
}

func TestRetainedIsWhatGoesWithAnObject(t *testing.T) {
	t.Parallel()
	for seed := range int64(600) {
		g := randomLinks(rand.New(rand.NewSource(seed)))
		bytes := func(i int) int64 { return int64(1 + i*i) }
		tree, err := dominators(context.Background(), g, bytes)
		if err != nil {
			t.Fatal(err)
		}
		sums := make([]int64, len(g))
		for object := range g {
			if n := tree.of[object]; n != 0 {
				sums[object] = tree.retained[n]
			}
		}
		if diff := cmp.Diff(g.retained(bytes), sums); diff != "" {
			t.Fatalf("seed %d, %v: (-by hand +dominators)\n%s", seed, g, diff)
		}
		for a := range g {
			without := g.reached(a)
			for b := range g {
				if tree.of[a] == 0 || tree.of[b] == 0 {
					continue
				}
				if is := tree.dominates(tree.of[a], tree.of[b]); is == without[b] {
					t.Fatalf("seed %d, %v: %d dominates %d: %v", seed, g, a, b, is)
				}
			}
		}
	}
}

// A chain as long as a service can make one takes no deep stack and no long time.
func TestLongChains(t *testing.T) {
	t.Parallel()
	g := make(links, 100_000)
	for i := range len(g) - 1 {
		g[i] = []int{i + 1, 0, i / 2}
	}
	tree, err := dominators(context.Background(), g, func(int) int64 { return 1 })
	if err != nil {
		t.Fatal(err)
	}
	if n := tree.retained[tree.of[1]]; n != int64(len(g)-1) {
		t.Errorf("the chain retains %d objects", n)
	}
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	g := make(links, 2*checkEvery)
	for i := range len(g) - 1 {
		g[i] = []int{i + 1}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := dominators(ctx, g, func(int) int64 { return 1 }); err == nil {
		t.Error("it went on")
	}
}
