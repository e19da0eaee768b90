package lua

import (
	"errors"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds what code that is only tried (vm.Isolation) does not do to open files,
// which are the running code's when it has not opened them itself.

// passesOver tells whether what a function does to the file is passed over. What is said
// to a standard stream is, in silence.
func (f *file) passesOver(t *vm.Thread, name string) bool {
	switch {
	case !t.State().Isolated() || f.tried && !f.standard:
		return false
	case !f.standard:
		pass(t, name)
	}
	return true
}

// pass has those who try code know of what is passed over.
func pass(t *vm.Thread, name string) {
	kit.Done.Guard(name, func(*vm.Thread) int { return 0 })(t)
}

var errKept = errors.New("what was written to the file is still in memory, and code that a reload tries does not write it")

// keeps tells whether the file has to be written before it is read or its position told,
// and must not be.
func (f *file) keeps(t *vm.Thread) bool {
	return t.State().Isolated() && f.writer != nil && f.writer.Buffered() > 0
}
