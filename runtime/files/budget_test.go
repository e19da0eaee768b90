package files

import (
	"errors"
	"math/rand/v2"
	"syscall"
	"testing"
)

func TestABudgetIsAsLargeAsItSays(t *testing.T) {
	b := NewAll(0).New(3)
	give, err := b.Take(2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Take(2); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("4 of 3 files: %v", err)
	} else if want := "too many open files: this service holds 2 of its 3 (--files)"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	give()
	give()
	if held, most := b.Held(); held != 0 || most != 3 {
		t.Errorf("holds %d of %d after all was given back", held, most)
	}
	if _, err := b.Take(3); err != nil {
		t.Error(err)
	}
}

func TestAllServicesTogetherHaveALimit(t *testing.T) {
	all := NewAll(4)
	one, other := all.New(3), all.New(0)
	give, err := one.Take(3)
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.Take(2)
	if want := "too many open files: the services hold 3 of the 4 that there are for them (ulimit -n)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	if held, _ := other.Held(); held != 0 {
		t.Errorf("a refusal left %d", held)
	}
	give()
	if _, err := other.Take(4); err != nil {
		t.Error(err)
	}
}

func TestNoBudgetIsNoLimit(t *testing.T) {
	var none *Budget
	give, err := none.Take(1 << 40)
	if err != nil {
		t.Fatal(err)
	}
	give()
	if _, ok := none.Admit(nil, func(error) { t.Error("waits") }); !ok {
		t.Error("not admitted")
	}
}

// Who comes from outside leaves an eighth to the service, and waits for room.
func TestGuestsWaitForRoom(t *testing.T) {
	all := NewAll(9)
	b, other := all.New(8), all.New(8)
	var gives []func()
	for range 7 {
		give, ok := b.Admit(nil, func(err error) { t.Errorf("waits: %v", err) })
		if !ok {
			t.Fatal("not admitted")
		}
		gives = append(gives, give)
	}
	if _, err := b.Take(1); err != nil {
		t.Errorf("nothing is left to the service: %v", err)
	}
	waits, admitted := make(chan error, 1), make(chan bool)
	admit := func(closed chan struct{}) {
		_, ok := b.Admit(closed, func(err error) { waits <- err })
		admitted <- ok
	}
	go admit(nil)
	if err := <-waits; !errors.Is(err, syscall.EMFILE) {
		t.Error(err)
	}
	gives[0]()
	gives[1]()
	if !<-admitted {
		t.Error("not admitted when there was room")
	}

	// The files of another service make room, too, where all have used up theirs.
	give, err := other.Take(2)
	if err != nil {
		t.Fatal(err)
	}
	gives[2]()
	if _, err := other.Take(1); err != nil {
		t.Fatal(err)
	}
	go admit(nil)
	<-waits
	give()
	if !<-admitted {
		t.Error("not admitted when another service made room")
	}

	closed := make(chan struct{})
	go admit(closed)
	go func() {
		<-waits
		close(closed)
	}()
	if <-admitted {
		t.Error("admitted without room")
	}
}

// Whatever is taken and given back, in any order, the count is right.
func TestTheCountIsRight(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	all := NewAll(40)
	budgets := []*Budget{all.New(10), all.New(20), all.New(0)}
	type lease struct {
		of, n int
		give  func()
	}
	var open []lease
	held := make([]int, len(budgets))
	for range 10_000 {
		if random.IntN(2) == 0 && len(open) > 0 {
			i := random.IntN(len(open))
			open[i].give()
			held[open[i].of] -= open[i].n
			open[i] = open[len(open)-1]
			open = open[:len(open)-1]
			continue
		}
		i, n := random.IntN(len(budgets)), 1+random.IntN(4)
		_, most := budgets[i].Held()
		fits := (most == 0 || held[i]+n <= most) && held[0]+held[1]+held[2]+n <= 40
		give, err := budgets[i].Take(n)
		if (err == nil) != fits {
			t.Fatalf("taking %d with %v held: %v", n, held, err)
		}
		if err == nil {
			held[i] += n
			open = append(open, lease{i, n, give})
		}
	}
	for i, b := range budgets {
		if got, _ := b.Held(); got != held[i] {
			t.Errorf("budget %d holds %d, want %d", i, got, held[i])
		}
	}
}
