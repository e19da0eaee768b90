package service

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// sequenceOf starts senders side by side, who each send their letters to one service, and
// gives the order in which that got them.
func sequenceOf(t *testing.T, seed uint64, senders ...string) string {
	t.Helper()
	w := newWorld(t, func(c *Config) { c.Shuffle = seed })
	defer w.Stop(0)
	list := w.launch("list", `
		local got = ""
		start(function() dispatch(function(_, _, letter)
			if letter then got = got .. letter else ret(got) end
		end) end)`)
	var names []string
	for _, letters := range senders {
		names = append(names, w.launch("sender", `
			local list, first, second = ...
			start(function() dispatch(function()
				send(list, first)
				if second then send(list, second) end
			end) end)`, append([]string{list.Address().String()}, strings.Split(letters, "")...)...).Address().String())
	}
	w.launch("driver", `
		local a, b, c = ...
		start(function() send(a, "go") send(b, "go") send(c, "go") end)`, names...)
	w.settle()
	return w.mustCall(list)
}

// Every order is met that keeps each sender's own, and no other one; the same seed gives
// the same.
func TestShuffleMeetsEveryOrder(t *testing.T) {
	senders := []string{"ab", "c", "d"}
	const orders = 12 // of four letters, two of which keep theirs
	const seeds = 1000
	seen := map[string]bool{}
	for seed := uint64(1); len(seen) < orders && seed < seeds; seed++ {
		got := strings.Trim(sequenceOf(t, seed, senders...), `"`)
		letters := []byte(got)
		slices.Sort(letters)
		if string(letters) != "abcd" || strings.Index(got, "a") > strings.Index(got, "b") {
			t.Fatalf("seed %d: %s", seed, got)
		}
		seen[got] = true
		if seed < 20 {
			if again := strings.Trim(sequenceOf(t, seed, senders...), `"`); again != got {
				t.Fatalf("seed %d gives %s, then %s", seed, got, again)
			}
		}
	}
	if len(seen) != orders {
		t.Errorf("%d seeds meet %d orders of %d: %v", seeds, len(seen), orders, slices.Sorted(maps.Keys(seen)))
	}
}

// Without a seed services run in turn.
func TestInTurnWithoutShuffle(t *testing.T) {
	if got := sequenceOf(t, 0, "ab", "c", "d"); got != `"abcd"` {
		t.Error(got)
	}
}

// One that never rests does not keep the others from running, and is interrupted inside
// what cannot give way without being taken for stuck.
func TestShuffleStarvesNobody(t *testing.T) {
	for seed := uint64(1); seed <= 8; seed++ {
		w := newWorld(t, func(c *Config) { c.Shuffle = seed })
		waiter := w.launch("waiter", `
			local done = false
			start(function()
				dispatch(function() done = true end)
				fork(function()
					while not done do sleep(0) nested(function() for i = 1, 5000 do end end) end
					print "done"
				end)
			end)`)
		w.launch("teller", `
			local waiter = ...
			start(function() for i = 1, 20000 do end send(waiter, "go") end)`, waiter.Address().String())
		w.settle()
		w.printed("done")
		w.Stop(0)
	}
}
