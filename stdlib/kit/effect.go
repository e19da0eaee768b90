package kit

import "lunarium/runtime/vm"

// This file holds effects, and what they do to code that is only tried (vm.Isolation).

// Effect says what a function does beside giving results. Its zero value is none of
// them: each function says which it has.
type Effect uint8

const (
	_ Effect = iota
	// None: nothing but the state itself changes; it runs.
	None
	// Reads: it asks the world outside, which does not change by it; it runs.
	Reads
	// Declares: it says what the service consists of; it runs, on registrations that
	// are set aside.
	Declares
	// Done: it reaches outside, and a service that runs has done it when it began, or
	// needs no result of it; it is passed over.
	Done
	// Acts: it reaches outside and what it gives is needed: above the start function
	// the code can't be tried, in it the function is passed over.
	Acts
	// Asks: whether it reaches outside depends on its arguments or on where it stands;
	// it asks the state itself before it does (vm.State.Isolated, vm.Thread.Await).
	Asks
	// Ends: it ends the code that runs.
	Ends
)

// effectTexts are the effects for people.
var effectTexts = [...]string{
	None:     "none outside the service",
	Reads:    "reads what is outside the service",
	Declares: "says what the service consists of",
	Done:     "reaches outside; code that a reload tries passes it over",
	Acts:     "reaches outside, and what it gives is needed; code that a reload tries can't call it while it is loaded",
	Asks:     "may reach outside, and does not for code that a reload tries",
	Ends:     "ends the code that calls it",
}

// Explain tells people what the effect is.
func (e Effect) Explain() string { return effectTexts[e] }

// guard has a function obey its effect.
func (e Effect) guard(name string, run func(*vm.Thread) int) func(*vm.Thread) int {
	switch e {
	case Done:
		return vm.Effect(name, true, run)
	case Acts:
		return vm.Effect(name, false, run)
	case Ends:
		return func(t *vm.Thread) int {
			if t.State().Isolated() {
				return t.Suspend(nil)
			}
			return run(t)
		}
	}
	return run
}
