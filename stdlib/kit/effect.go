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
	// The following are Done, too; what a reload knows of them differs.

	// Unheard: nobody needs to hear that it was passed over.
	Unheard
	// Forks: argument 1 runs as a task of its own, with the arguments after it.
	Forks
	// Delays: argument 2 runs after as many hundredths of a second as argument 1 says.
	Delays
	// Registers: the service gets the name in argument 1; it gives true.
	Registers
	// Names: another service gets the name in argument 1; it gives true.
	Names
	// Sets: the setting of the node in argument 1 becomes argument 2.
	Sets
	// Limits: argument 1 bounds the service's memory.
	Limits

	// Acts: it reaches outside and what it gives is needed: above the start function
	// the code can't be tried, in it the function is passed over.
	Acts
	// Asks: whether it reaches outside depends on its arguments or on where it stands;
	// it asks the state itself before it does (vm.State.Isolated, host.Await).
	Asks
	// Ends: it ends the code that runs.
	Ends
)

// passedOver is Done for people.
const passedOver = "reaches outside; code that a reload tries passes it over"

// effectTexts are the effects for people.
var effectTexts = [...]string{
	None:      "none outside the service",
	Reads:     "reads what is outside the service",
	Declares:  "says what the service consists of",
	Done:      passedOver,
	Unheard:   passedOver,
	Forks:     passedOver,
	Delays:    passedOver,
	Registers: passedOver,
	Names:     passedOver,
	Sets:      passedOver,
	Limits:    passedOver,
	Acts:      "reaches outside, and what it gives is needed; code that a reload tries can't call it while it is loaded",
	Asks:      "may reach outside, and does not for code that a reload tries",
	Ends:      "ends the code that calls it",
}

// Explain tells people what the effect is.
func (e Effect) Explain() string { return effectTexts[e] }

// Done tells whether the effect is Done or one of its kind.
func (e Effect) Done() bool { return e >= Done && e <= Limits }

// EffectOf gives the effect of the function that does something outside.
func EffectOf(deed vm.Deed) Effect { return Effect(deed.Kind) }

// Guard has a function obey an effect. name is for people.
func (e Effect) Guard(name string, run func(*vm.Thread) int) func(*vm.Thread) int {
	switch {
	case e.Done(), e == Acts:
		return vm.Effect(vm.Deed{Name: name, Quiet: e.Done(), Kind: uint8(e)}, run)
	case e == Ends:
		return func(t *vm.Thread) int {
			if t.State().Refuses(vm.Deed{Name: name, Kind: uint8(e)}) {
				return t.Suspend(nil)
			}
			return run(t)
		}
	}
	return run
}
