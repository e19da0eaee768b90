package vm

// concatOp concatenates registers b … c, from the right, into register A of
// the instruction before the saved pc.
func (t *Thread) concatOp(b, c int) {
	f := t.current()
	t.concat(f, b, c)
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
			t.concatError(a, b)
		}
		f.nextConcat = uint16(last - 1)
		t.callMeta(handler, a, b)
		return
	}
	raw := f.rawInstruction()
	*at(f.base + uintptr(rawA(raw))*valueSize) = f.register(register(first))
}

// concatGoOn stores a metamethod's result where the left operand stood and
// goes on with the operands further left.
func (t *Thread) concatGoOn(result Value) {
	f := t.current()
	last := int(f.nextConcat)
	*at(f.base + uintptr(last)*valueSize) = result
	t.concat(f, rawB(f.rawInstruction()), last)
}

// joinStrings joins the longest run of strings and numbers that ends at last
// and gives its length; 0 or 1 when there is nothing to join.
func (t *Thread) joinStrings(f *frame, first, last int) int {
	operand := func(j int) *Value { return at(f.base + uintptr(j)*valueSize) }
	n := 0
	for n <= last-first && (operand(last-n).n < tagFloor || operand(last-n).hi() == hiString) {
		n++
	}
	if n < 2 {
		return n
	}
	start, total := last-n+1, 0
	for j := start; j <= last; j++ {
		if v := operand(j); v.n < tagFloor {
			*v = String(FormatNumber(v.num()))
		}
		total += int(uint32(operand(j).n))
	}
	if total > MaxString {
		t.runError("string length overflow")
	}
	joined := make([]byte, 0, total)
	for j := start; j <= last; j++ {
		joined = append(joined, operand(j).str()...)
	}
	*operand(start) = Bytes(joined)
	return n
}

// Concat gives a .. b; a metamethod runs as by Call.
func (t *Thread) Concat(a, b Value) Value {
	x, ok := ToString(a)
	if ok {
		if y, ok := ToString(b); ok {
			return String(x + y)
		}
	}
	handler := t.orderHandler(eventConcat, a, b)
	if handler.n == nilBits {
		t.concatError(a, b)
	}
	return t.Call1(handler, a, b)
}
