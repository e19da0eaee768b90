package service

import (
	"math/rand/v2"
	"testing"
)

// TestSessionsAgainstAMap adds and removes sessions as services do, mostly in
// order, sometimes far apart, and compares with a map.
func TestSessionsAgainstAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var w sessions
	model := map[int32]*task{}
	var order []int32
	next := int32(1)
	for step := range 200_000 {
		grows := (step/5000)%2 == 0
		if len(order) == 0 || r.IntN(10) < 3 || grows && r.IntN(10) < 6 {
			if next++; r.IntN(100) == 0 {
				next += int32(r.IntN(100_000))
			}
			waiting := &task{wait: Wait{Session: next}}
			w.add(waiting)
			model[next] = waiting
			order = append(order, next)
		} else {
			i := 0
			if r.IntN(3) == 0 {
				i = r.IntN(len(order))
			}
			w.remove(order[i])
			delete(model, order[i])
			order = append(order[:i], order[i+1:]...)
		}
		probe := next - int32(r.IntN(200))
		if w.find(probe) != model[probe] || w.count != len(model) {
			t.Fatalf("step %d: session %d finds %p, want %p; %d of %d", step, probe, w.find(probe), model[probe], w.count, len(model))
		}
	}
	for session, waiting := range model {
		if w.find(session) != waiting {
			t.Fatalf("session %d is lost", session)
		}
		w.remove(session)
	}
	if w.count != 0 || len(w.slots) > 2*fewestSessions {
		t.Errorf("%d sessions in %d slots are left", w.count, len(w.slots))
	}
}
