package service

import (
	"math/rand/v2"

	"lunarium/runtime/queue"
)

// This file holds the orders in which services run when chance chooses them, for tests that
// look for races.

// shuffle chooses which of the services that wait runs next, and where one gives way to
// others: the seed decides. What one service sends another comes in the order in which it
// was sent, and of one service nothing runs side by side, as ever; all else may come in any
// order, as with several workers. Only a node with the virtual clock has one, and only its
// worker asks.
//
// Odd seeds choose anew each time. Even ones give each service a rank, run the highest that
// waits, and give it another rank now and then: that finds what needs one service to be far
// behind the others (Burckhardt et al., A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs, 2010).
type shuffle struct {
	random *rand.Rand
	ranks  map[*core]int // nil: chosen anew each time
	every  int           // turns that pass, on average, until one gets another rank
}

const (
	// leastTurns are the fewest turns that pass, on average, until one gets another rank; the
	// seed doubles them up to so many times.
	leastTurns = 2
	doublings  = 5
	// rankRange is what first ranks are drawn from.
	rankRange = 1 << 30
	// wayEvery is how many chances to give way there are, on average, for each that a
	// service takes, where it is chosen anew each time.
	wayEvery = 2
)

// newShuffle gives the shuffle of a seed; nil for 0.
func newShuffle(seed uint64) *shuffle {
	if seed == 0 {
		return nil
	}
	f := &shuffle{random: rand.New(rand.NewPCG(seed, 0))}
	if seed%2 == 0 {
		f.ranks = map[*core]int{}
		f.every = leastTurns << f.random.IntN(doublings)
	}
	return f
}

// next takes one of those that wait out of the queues; scheduler.mu is held.
func (f *shuffle) next(fresh, expired *queue.FIFO[*core]) (s *core, ok bool) {
	count := fresh.Len() + expired.Len()
	if count == 0 {
		return nil, false
	}
	i := 0
	if f.ranks == nil {
		i = f.random.IntN(count)
	} else {
		i = f.highest(count, fresh, expired)
	}
	from, at := placeOf(fresh, expired, i)
	return from.PopAt(at), true
}

// placeOf tells where the i-th of those that wait is.
func placeOf(fresh, expired *queue.FIFO[*core], i int) (in *queue.FIFO[*core], at int) {
	if i < fresh.Len() {
		return fresh, i
	}
	return expired, i - fresh.Len()
}

// highest tells which of those that wait has the highest rank, and takes that from it now
// and then.
func (f *shuffle) highest(count int, fresh, expired *queue.FIFO[*core]) int {
	best, rank := 0, 0
	var chosen *core
	for i := range count {
		from, at := placeOf(fresh, expired, i)
		s := from.At(at)
		if r := f.rankOf(s); chosen == nil || r > rank {
			best, rank, chosen = i, r, s
		}
	}
	if f.random.IntN(f.every) == 0 {
		delete(f.ranks, chosen)
	}
	return best
}

func (f *shuffle) rankOf(s *core) int {
	rank, ok := f.ranks[s]
	if !ok {
		rank = f.random.IntN(rankRange)
		f.ranks[s] = rank
	}
	return rank
}

// givesWay tells whether the service that runs gives way where it can.
func (f *shuffle) givesWay() bool { return f.ranks != nil || f.random.IntN(wayEvery) == 0 }

// sent lets a worker's service give way after it has sent another something: between two
// of them others may come first. w may be nil.
func (f *shuffle) sent(to *core, w *worker) {
	if w == nil || !f.givesWay() {
		return
	}
	if runs := w.at.Load(); runs != to {
		runs.state.PollSoon()
	}
}

// ended forgets a service.
func (f *shuffle) ended(s *core) { delete(f.ranks, s) }
