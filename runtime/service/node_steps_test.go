package service

import (
	"errors"
	"fmt"
	"runtime"
	"testing"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// What keeps a node with the virtual clock busy without an end is noticed by a count:
// two nodes stop at the same place, and go on by the same steps.
func TestRestlessNodes(t *testing.T) {
	for name, source := range map[string]string{
		"sends to itself":  `dispatch(function() n = n + 1 send(self(), "more") end)`,
		"yields":           `dispatch(function() while true do n = n + 1 sleep(0) end end)`,
		"forks":            `local function f() n = n + 1 fork(f) end dispatch(f)`,
		"forks double":     `local function f() n = n + 1 fork(f) fork(f) end dispatch(f)`,
		"sets time-outs":   `local function f() n = n + 1 timeout(0, f) end dispatch(f)`,
		"prints endlessly": `dispatch(function() while true do n = n + 1 print(n) end end)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counts := func() (counts [3]string) {
				w := newWorld(t)
				w.takeSteps(200_000)
				still := w.launch("still", echo)
				s := w.launch("busy", "n = 0 "+source)
				w.settle() // else what its start took counts or not, whichever comes first
				w.Send(message.Message{Type: message.TypeLua, Dest: s.Address(), Payload: message.Direct(vm.String("go"))})
				for i := range counts {
					checkRestless(t, w.Settle(w.ctx), s)
					counts[i] = globalOf(w, s)
					w.AllowMoreSteps(0)
				}
				w.Kill(s.Address())
				w.settle()
				if got := w.mustCall(still, "hello"); got != `"hello"` {
					t.Errorf("afterwards, a call gives %s", got)
				}
				return counts
			}
			first, second := counts(), counts()
			if first != second {
				t.Errorf("it stands at %v, and then at %v", first, second)
			}
			if first[0] == first[1] || first[1] == first[2] {
				t.Errorf("AllowMoreSteps lets nothing happen: %v", first)
			}
		})
	}
}

// Who sees that the node is at rest takes steps anew: they are not taken back afterwards
// by whoever brought the rest about, a worker or work outside. So the last count is taken
// back only by who can note the rest.
func TestRestIsNotedBeforeItIsSeen(t *testing.T) {
	w := newWorld(t)
	sc := &w.scheduler
	sc.liveness.begin(liveOutside)
	w.spend(costOutside)
	sc.mu.Lock()
	go w.settleOne(liveOutside)
	for range 1000 {
		runtime.Gosched()
		if sc.liveness.settled() {
			sc.mu.Unlock()
			t.Fatal("the node is at rest, which nobody can have noted")
		}
	}
	sc.mu.Unlock()
	w.settle()
	if steps := sc.unrest.steps.Load(); steps != 0 {
		t.Errorf("at rest, and %d steps are counted", steps)
	}
}

func checkRestless(t *testing.T, err error, busy *Service) {
	t.Helper()
	var restless *RestlessError
	if !errors.As(err, &restless) || !errors.Is(err, ErrRestless) || restless.Address != busy.Address() {
		t.Fatalf("Settle gives %v", err)
	}
}

// A node whose busy services have all ended names none of them.
func TestUnrestOfServicesThatHaveEnded(t *testing.T) {
	w := newWorld(t)
	err := w.busiest()
	if err.Address != 0 || err.Error() != "the node does not come to rest: services begin and end, one after the other" {
		t.Error(err)
	}
}

// globalOf gives the global n of a service.
func globalOf(w *world, s *Service) (n string) {
	w.t.Helper()
	if err := s.Do(w.ctx, func(s Self) {
		st := s.state
		number, _ := st.Globals.GetString("n").AsNumber()
		n = fmt.Sprint(number)
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// takeSteps makes a node restless after fewer steps than usual.
func (w *world) takeSteps(most int64) {
	w.scheduler.mu.Lock()
	defer w.scheduler.mu.Unlock()
	u := &w.scheduler.unrest
	u.most, u.allowance = most, most
	u.limit.Store(most)
}
