package debug

import (
	"errors"
	"slices"

	"lunarium/runtime/vm"
)

// This file holds the numbers of values that somebody looks into.

// ScopeKind says what of a frame somebody looks at.
type ScopeKind uint8

// The scopes of a frame.
const (
	LocalScope   ScopeKind = iota // local variables, extra arguments, the error that is raised
	UpvalueScope                  // variables around the function, but for functions and libraries
	StateScope                    // what the service knows, but for functions
	tableScope                    // a table's entries
)

// mostReferences is how many values a debugger keeps for those who look at them: the latest.
const mostReferences = 50_000

// ErrReference: a number refers to nothing that is still there.
var ErrReference = errors.New("this value is not at hand any more: its task went on, or very much was looked at since")

// reference is what a number refers to.
type reference struct {
	task  *vm.Thread // nil: none; it is a value of the service
	id    uint64     // of the task
	frame int
	kind  ScopeKind
	table *vm.Table // of tableScope
	path  string    // an expression of it; "": there is none
}

// references are the values that somebody looks at, by number.
type references struct {
	byNumber map[int]*reference
	order    []int
	last     int
}

func (r *references) add(ref *reference) int {
	if r.byNumber == nil {
		r.byNumber = map[int]*reference{}
	}
	if len(r.order) >= mostReferences {
		delete(r.byNumber, r.order[0])
		r.order = r.order[1:]
	}
	r.last++
	r.byNumber[r.last] = ref
	r.order = append(r.order, r.last)
	return r.last
}

// forget drops what belongs to a task, which goes on.
func (r *references) forget(task *vm.Thread) {
	r.order = slices.DeleteFunc(r.order, func(n int) bool {
		gone := r.byNumber[n].task == task
		if gone {
			delete(r.byNumber, n)
		}
		return gone
	})
}
