package service

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// TestSessionsAgainstAMap adds and removes sessions as services do, mostly in
// order, sometimes far apart, and compares with a map.
func TestSessionsAgainstAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var w sessions
	model := map[int32]*waiter{}
	var order []int32
	next := int32(1)
	for step := range 200_000 {
		grows := (step/5000)%2 == 0
		if len(order) == 0 || r.IntN(10) < 3 || grows && r.IntN(10) < 6 {
			if next++; r.IntN(100) == 0 {
				next += int32(r.IntN(100_000))
			}
			one := &waiter{}
			one.Payload.session = next
			w.add(one)
			model[next] = one
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
	for session, one := range model {
		if w.find(session) != one {
			t.Fatalf("session %d is lost", session)
		}
		w.remove(session)
	}
	if w.count != 0 || len(w.slots) > 2*fewestSessions {
		t.Errorf("%d sessions in %d slots are left", w.count, len(w.slots))
	}
}

// TestSessionsInARow has a long row of numbers in use, as many time-outs set at
// once have: none may lie far from its place.
func TestSessionsInARow(t *testing.T) {
	var w sessions
	for session := range int32(100_000) {
		one := &waiter{}
		one.Payload.session = session
		w.add(one)
	}
	farthest := 0
	for i, one := range w.slots {
		if one != nil {
			farthest = max(farthest, w.distance(w.home(one.Payload.session), i))
		}
	}
	if farthest > 64 {
		t.Errorf("somebody is %d slots from home", farthest)
	}
}

// A pending time-out is kept small.
func TestSizeOfATimeout(t *testing.T) {
	if size := reflect.TypeFor[waiter]().Size(); size > 80 {
		t.Errorf("a time-out without a task takes %d bytes", size)
	}
}

// TestSessionsWrap lets the numbers begin anew while some are in use.
func TestSessionsWrap(t *testing.T) {
	w := newWorld(t)
	s := w.launch("wraps", `start(function()
		timeout(100, function() print "later" end)
		for i = 1, 3 do fork(function() sleep(100 + i) print("slept", i) end) end
	end)`)
	w.settle() // the forks sleep
	inUse := map[int32]bool{}
	tasks, err := s.Tasks(w.ctx)
	for _, task := range tasks {
		inUse[task.Wait.Session] = true
	}
	if err != nil || len(inUse) != 4 {
		t.Fatalf("%v, %v", tasks, err)
	}
	if err := s.Do(w.ctx, func(s Self) {
		s.session = math.MaxInt32 - 1
		for range 10 {
			if session := s.GenID(); session <= 0 || inUse[session] {
				t.Errorf("session %d is given out", session)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Minute)
	w.printed("later\nslept 1\nslept 2\nslept 3")
}
