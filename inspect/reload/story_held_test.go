package reload_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// This file says what becomes of functions that are held elsewhere than in the text: each
// does what the text of the current version has, with the variables it had.

// storyHeld is what the service holds of the text's functions, and what has run.
type storyHeld struct {
	held    []*heldFunction
	made    []int // closures of the factory, by what they have counted
	things  []int // objects of the class, by their number
	later   []*storyLater
	forked  []*heldFunction       // by the service, and not begun
	busy    bool                  // the service is, so that nothing begins
	tasks   map[string]*storyTask // of the texts
	ran     []string
	elapsed time.Duration
}

// heldFunction is a function by the name that it has, or had, in the text.
type heldFunction struct {
	name string
	storyFunction
}

func (f *heldFunction) String() string { return f.name + " " + f.storyFunction.String() }

// storyLater is a time-out that the service set: of a function, or of a counter.
type storyLater struct {
	due     time.Duration
	does    *heldFunction
	counted int
}

// storyTask is a time-out or a fork that a text makes.
type storyTask struct {
	does       string
	delay, due time.Duration
	ran        bool
}

// task gives the time-out or fork that a text makes in a place.
func (x *story) task(place string) *storyTask {
	kind, name, _ := strings.Cut(place, " ")
	if kind == "fork" {
		return &storyTask{does: "K." + name, due: -1}
	}
	return &storyTask{does: "T." + name, delay: time.Duration(x.timers[name]) * 10 * time.Millisecond, due: -1}
}

// begin has it wait, the first time with its whole delay.
func (t *storyTask) begin(now time.Duration) {
	if t.due < 0 {
		t.due = now + t.delay
	}
}

// follow has functions be those of the current version, if it has them.
func (s *teller) follow() {
	text := s.text()
	follow := func(f *heldFunction) {
		if now := text.functions[f.name]; f != nil && now.is == f.is {
			f.storyFunction = now
		}
	}
	for _, f := range s.held {
		follow(f)
	}
	for _, f := range s.forked {
		follow(f)
	}
	for _, l := range s.later {
		if l.does != nil {
			follow(l.does)
		}
	}
}

// runForks notes that all has run that was forked.
func (s *teller) runForks() {
	s.run(func(place string) bool { return strings.HasPrefix(place, "fork ") })
	for _, f := range s.forked {
		s.ran = append(s.ran, f.String())
	}
	s.forked = nil
}

// pass has time pass.
func (s *teller) pass(d time.Duration) {
	s.b.pass(d)
	s.elapsed += d
	s.run(func(place string) bool {
		return strings.HasPrefix(place, "timer ") && s.tasks[s.now[place]].due <= s.elapsed
	})
	s.later = slices.DeleteFunc(s.later, func(l *storyLater) bool {
		if l.due > s.elapsed {
			return false
		}
		if l.does != nil {
			s.ran = append(s.ran, l.does.String())
		} else {
			s.ran = append(s.ran, s.counter(l.counted+1))
		}
		return true
	})
}

// run notes that those of the texts' time-outs and forks have run that are due.
func (s *teller) run(due func(place string) bool) {
	for place := range s.now {
		if isTask(place) && due(place) {
			t := s.tasks[s.now[place]]
			t.ran = true
			s.ran = append(s.ran, t.does+" "+s.text().functions[t.does].String())
			delete(s.now, place)
		}
	}
}

func (s *teller) counter(n int) string {
	return fmt.Sprintf("counter %d/%d", n, s.text().functions["counter"].gives)
}

// sayHeld gives what the functions that the service holds give, once more.
func (s *teller) sayHeld() string {
	var list []string
	for _, f := range s.held {
		list = append(list, f.String())
	}
	for i := range s.made {
		s.made[i]++
		list = append(list, s.counter(s.made[i]))
	}
	for _, n := range s.things {
		list = append(list, fmt.Sprintf("%d/%d", n, s.text().functions["Class.value"].gives))
	}
	return strings.Join(list, ",")
}

// sayRan gives what has run, in the order of its names.
func (s *teller) sayRan() string {
	slices.Sort(s.ran)
	return strings.Join(s.ran, ",")
}

// sayFunctions gives what the functions of the text give.
func (s *teller) sayFunctions() string {
	text := s.text()
	kinds := map[string][]string{}
	for name, f := range text.functions {
		if kind, _, named := strings.Cut(name, "."); named && kind != "Class" {
			kinds[kind] = append(kinds[kind], name+" "+f.String())
		}
	}
	var list []string
	for _, kind := range []string{"CMD", "T", "K"} {
		slices.Sort(kinds[kind])
		list = append(list, strings.Join(kinds[kind], ","))
	}
	index := func(table string) string {
		if says := kinds[table]; len(says) > 0 {
			return says[0]
		}
		return "none"
	}
	list = append(list, index("m0"), index("m1"))
	zap := "nil"
	if table := s.now[meta]; table != "" && index(table) != "none" {
		zap = index(table)
	}
	return strings.Join(append(list, zap), ";")
}

// timers counts the time-outs that are pending.
func (s *teller) timers() int {
	n := len(s.later)
	for place := range s.now {
		if strings.HasPrefix(place, "timer ") {
			n++
		}
	}
	return n
}
