package vm

// This file is how code is tried without effects outside the machine.

// Isolation takes the place of the world outside for code that is tried; see
// Universe. What happens outside meanwhile is posted as ever.
type Isolation struct {
	// Handlers takes the handlers that libraries hold (runtime/host).
	Handlers *Table
	// Refuse stands in for whatever waits.
	Refuse func(t *Thread, what string) int
	// Act stands in for the functions that Effect made.
	Act func(t *Thread, deed Deed) int
	// Allows tells whether a deed is done nevertheless; nil: none is.
	Allows func(deed Deed) bool
}

// Deed is what a library function does outside the state.
type Deed struct {
	Name string // for people: "skynet.timeout"
	// Quiet: nothing is lost when it is not done, since nobody needs its results, or
	// the state has done the same when it began.
	Quiet bool
	Kind  uint8 // tells those who try code what it is; the machine knows none
}

// Effect makes a library function of one that does something outside the state: run
// is not called while code is only tried.
func Effect(deed Deed, run func(*Thread) int) func(*Thread) int {
	return func(t *Thread) int {
		if i := t.state.isolation; i != nil && i.standsInFor(deed) {
			return i.Act(t, deed)
		}
		return run(t)
	}
}

// standsInFor tells whether a deed is not done.
func (i *Isolation) standsInFor(deed Deed) bool {
	return i != nil && (i.Allows == nil || !i.Allows(deed))
}

// Isolate has code in the state's own universe tried without effects outside the
// machine, until restore is called. What it writes stays.
func (s *State) Isolate(i *Isolation) (restore func()) {
	before := s.isolation
	s.isolation = i
	return func() { s.isolation = before }
}

// Isolated tells whether the code that runs must leave the world as it is.
func (s *State) Isolated() bool { return s.isolation != nil }

// Refuses tells whether the code that runs must not do a deed.
func (s *State) Refuses(deed Deed) bool { return s.isolation.standsInFor(deed) }

// Isolation gives what stands in for the world outside; nil: the code that runs is not
// only tried.
func (s *State) Isolation() *Isolation { return s.isolation }
