package service

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

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
				w.Send(message.Message{Type: message.TypeLua, Dest: s.Address(), Payload: message.Direct(vm.String("go"))})
				for i := range counts {
					checkRestless(t, w.settleSoon(), s)
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

// settleSoon is Settle with a limit: without the count it would come to no end.
func (w *world) settleSoon() error {
	ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
	defer cancel()
	return w.Settle(ctx)
}

func checkRestless(t *testing.T, err error, busy *Service) {
	t.Helper()
	var restless *RestlessError
	if !errors.As(err, &restless) || !errors.Is(err, ErrRestless) || restless.Address != busy.Address() {
		t.Fatalf("Settle gives %v", err)
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
