package skynet

import "lunarium/runtime/vm"

// effect says what a function of skynet does beside giving results, and so what it
// does while code is only tried (vm.Isolation).
type effect int

const (
	// reads: nothing outside hears of it; it runs.
	reads effect = iota
	// declares: it says what the service consists of; it runs, on registrations that
	// are set aside.
	declares
	// done: it reaches outside, and a service that runs has done it when it began, or
	// needs no result of it; it is passed over.
	done
	// acts: it reaches outside and what it gives is needed: above the start function
	// the code can't be tried, in it the function is passed over.
	acts
	// ends: it ends the code that runs.
	ends
)

// functions is a part of the skynet library: each function with its effect.
type functions map[string]struct {
	effect effect
	run    func(*vm.Thread) int
}

func librariesOf(parts ...functions) []vm.Library {
	var libraries []vm.Library
	for _, part := range parts {
		library := vm.Library{}
		for name, f := range part {
			library[name] = f.effect.guard("skynet."+name, f.run)
		}
		libraries = append(libraries, library)
	}
	return libraries
}

// guard has a function obey its effect.
func (e effect) guard(name string, run func(*vm.Thread) int) func(*vm.Thread) int {
	switch e {
	case done:
		return vm.Effect(name, true, run)
	case acts:
		return vm.Effect(name, false, run)
	case ends:
		return func(t *vm.Thread) int {
			if t.State().Isolated() {
				return t.Suspend(nil)
			}
			return run(t)
		}
	}
	return run
}
