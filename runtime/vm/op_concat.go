package vm

import "lunarium/runtime/number"

// This file holds concatenation.

// concatOp is CONCAT.
//
//go:noinline
func (t *Thread) concatOp(i *instr) {
	f := t.current()
	first, last := int(i.b/uint16(valueSize)), int(i.c/uint16(valueSize))
	if n := t.joinStrings(f, first, last); n > 1 {
		last -= n - 1
	}
	if last == first {
		*t.at(f.base + uintptr(i.a)) = f.register(i.b)
		return
	}
	t.concat(f, first, last)
}

// concat works on registers first … last. A metamethod's result comes back
// through concatGoOn, which finds the place by the scratch register rule: the
// operands left of the pair just done are untouched, and the frame remembers
// how many there are.
func (t *Thread) concat(f *frame, first, last int) {
	for last > first {
		n := t.joinStrings(f, first, last)
		if n > 1 {
			last -= n - 1
			continue
		}
		a, b := f.register(register(last-1)), f.register(register(last))
		handler := t.orderHandler(eventConcat, a, b)
		if handler.n == nilBits {
			t.concatError(a, b, last-1)
		}
		f.place = int32(last - 1)
		t.callMeta(handler, a, b)
		return
	}
	*t.at(f.base + uintptr(f.instruction().a)) = f.register(register(first))
}

// concatGoOn stores a metamethod's result where the left operand stood and
// goes on with the operands further left.
func (t *Thread) concatGoOn(result Value) {
	f := t.current()
	last := int(f.place)
	*t.at(f.base + uintptr(last)*valueSize) = result
	t.concat(f, int(f.instruction().b/uint16(valueSize)), last)
}

// joinStrings joins the longest run of strings and numbers that ends at last
// and gives its length; 0 or 1 when there is nothing to join.
func (t *Thread) joinStrings(f *frame, first, last int) int {
	operand := func(j int) *Value { return t.at(f.base + uintptr(j)*valueSize) }
	n := 0
	for n <= last-first && (operand(last-n).n < tagFloor || operand(last-n).hi() == hiString) {
		n++
	}
	if n < 2 {
		return n
	}
	start, total := last-n+1, 0
	for j := start; j <= last; j++ {
		if v := operand(j); v.n >= tagFloor {
			total += int(uint32(v.n))
		}
	}
	if total > MaxString {
		t.runError("string length overflow")
	}
	joined := t.state.scratch[:0]
	if total > maxScratch {
		joined = t.state.heap.bytes(total + n*numberRoom)
	}
	for j := start; j <= last; j++ {
		if v := operand(j); v.n < tagFloor {
			joined = number.Append(joined, v.num())
		} else {
			joined = t.appendPolled(joined, v.str())
		}
	}
	if total > maxScratch {
		*operand(start) = Bytes(joined)
		return n
	}
	t.state.scratch = joined
	t.state.heap.take(len(joined))
	*operand(start) = String(string(joined))
	return n
}

const (
	// maxScratch is the most bytes of strings that are joined in a room that stays.
	maxScratch = 512
	// numberRoom is what a number's text needs at most, roughly.
	numberRoom = 24
)

// pollBytes is how many bytes are copied between two polls.
const pollBytes = 1 << 22

// appendPolled appends a string that may be huge.
func (t *Thread) appendPolled(b []byte, s string) []byte {
	for len(s) > pollBytes {
		b = append(b, s[:pollBytes]...)
		s = s[pollBytes:]
		t.Poll()
	}
	return append(b, s...)
}
