package vm

// This file holds a Go function's view of its own call: arguments in, results out.

// NArgs gives the number of arguments.
func (t *Thread) NArgs() int { return int(t.current().nargs) }

// Unwanted tells whether the caller takes no results, as in a statement.
func (t *Thread) Unwanted() bool { return t.current().results == 0 }

// Arg gives argument i, counted from 1; nil when it is absent.
func (t *Thread) Arg(i int) Value {
	f := t.current()
	if i < 1 || i > int(f.nargs) {
		return Nil
	}
	return *t.at(f.base + uintptr(i-1)*valueSize)
}

// Args gives the arguments from the i-th on, counted from 1, as a copy.
func (t *Thread) Args(i int) []Value {
	f := t.current()
	if i > int(f.nargs) {
		return nil
	}
	values := make([]Value, int(f.nargs)-i+1)
	t.CopyArgs(values, i)
	return values
}

// CopyArgs is Args into a list of at most as many as there are.
func (t *Thread) CopyArgs(values []Value, i int) {
	first := t.current().base + uintptr(i-1)*valueSize
	for j := range values {
		values[j] = *t.at(first + uintptr(j)*valueSize)
	}
}

// PackArgs makes a sequence of the arguments from the i-th on, as {...} does, with
// room for fields.
func (t *Thread) PackArgs(i, fields int) *Table {
	f := t.current()
	n := max(int(f.nargs)-i+1, 0)
	table := t.state.NewTable(n, fields)
	table.setSequence(0, n, f.base+uintptr(i-1)*valueSize)
	return table
}

// Push adds results; Run's return value says how many were pushed.
func (t *Thread) Push(v Value) {
	t.top = t.need(t.top, 1)
	*t.at(t.top) = v
	t.top += valueSize
}

// Return pushes values and gives their number, as Run returns it.
func (t *Thread) Return(values ...Value) int {
	t.top = t.need(t.top, len(values))
	for _, v := range values {
		*t.at(t.top) = v
		t.top += valueSize
	}
	return len(values)
}

// ReturnArgs gives the arguments from the i-th on, counted from 1, as results.
func (t *Thread) ReturnArgs(i int) int {
	f := t.current()
	n := int(f.nargs) - i + 1
	if n <= 0 {
		return 0
	}
	t.top = f.base + uintptr(f.nargs)*valueSize
	return n
}

// Forget gives up the arguments of the running Go function, so that they don't
// live on while it waits.
func (t *Thread) Forget() {
	f := t.current()
	t.top = f.function + valueSize
	f.base, f.nargs = t.top, 0
	t.poisonAbove(t.top)
}
