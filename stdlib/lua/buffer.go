package lua

import (
	"slices"

	"lunarium/runtime/vm"
)

// reserve makes room for n more bytes in the string that a function builds. The
// state's memory limit is asked before they are taken, and no string becomes
// longer than one may be.
func reserve(t *vm.Thread, b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	need := len(b) + n
	if need > vm.MaxString {
		t.Errorf("resulting string too large")
	}
	const doubled = 1 << 20 // larger ones grow by a quarter
	size := max(need, cap(b)+min(cap(b), max(doubled, cap(b)/4)))
	t.TakeMore(cap(b), size-cap(b))
	return slices.Grow(b, size-len(b))
}

// put appends a string to one that a function builds.
func put(t *vm.Thread, b []byte, s string) []byte { return append(reserve(t, b, len(s)), s...) }
