package bytecode

import "slices"

// This file knows which registers may hold variables that closures share.

// openSet is the set of registers of which a closure may hold the variable while
// it still lives in the stack: a call that puts its frame there would leave slots
// of the machine's own open to SETUPVAL.
type openSet [(maxA + 1 + 63) / 64]uint64

func (s *openSet) add(register int) { s[register/64] |= 1 << (register % 64) }

// closeFrom takes out the registers from first on.
func (s *openSet) closeFrom(first int) {
	for n := range s {
		if shift := first - 64*n; shift < 64 {
			s[n] &= 1<<max(shift, 0) - 1
		}
	}
}

// join adds what other has; true when that was something new.
func (s *openSet) join(other openSet) bool {
	before := *s
	for n := range s {
		s[n] |= other[n]
	}
	return *s != before
}

// opens follows the captured registers along all ways through a function and
// refuses calls at or below one that may be open. It runs when everything else
// is checked.
func (v *verifier) opens() error {
	if !slices.ContainsFunc(v.p.Protos, capturesRegister) {
		return nil
	}
	for pc, i := range v.p.Code {
		if to := skipped(pc, i); to != 0 {
			v.targets[to] = true
		}
	}
	w := walk{verifier: v, before: map[int]*openSet{}}
	w.reach(0, openSet{})
	for len(w.waiting) > 0 {
		last := len(w.waiting) - 1
		pc := w.waiting[last]
		w.waiting = w.waiting[:last]
		if err := w.block(pc); err != nil {
			return err
		}
	}
	return nil
}

func capturesRegister(child *Proto) bool {
	return slices.ContainsFunc(child.Upvalues, func(u UpvalueDesc) bool { return u.InStack })
}

// skipped gives the instruction to which a test or a LOADBOOL at pc skips, or 0.
func skipped(pc int, i Instruction) int {
	if i.Op().Info().Test || i.Op() == LOADBOOL && i.C() != 0 {
		return pc + 2
	}
	return 0
}

// walk has, for each block that was reached, what may be open at its start; those
// that wait are to be walked through, again if that has grown.
type walk struct {
	*verifier
	before  map[int]*openSet
	waiting []int
}

func (w *walk) reach(pc int, open openSet) {
	if before := w.before[pc]; before == nil {
		w.before[pc] = &open
	} else if !before.join(open) {
		return
	}
	w.waiting = append(w.waiting, pc)
}

// block walks from pc to the next place that something jumps to.
func (w *walk) block(pc int) error {
	open := *w.before[pc]
	for w.pc = pc; ; w.pc++ {
		if w.pc != pc && w.targets[w.pc] {
			w.reach(w.pc, open)
			return nil
		}
		i := w.p.Code[w.pc]
		if err := w.step(i, &open); err != nil {
			return err
		}
		if to := skipped(w.pc, i); to != 0 {
			w.reach(to, open)
		}
		switch i.Op() {
		case JMP, FORPREP:
			w.reach(w.pc+1+i.SBx(), open)
			return nil
		case FORLOOP, TFORLOOP:
			w.reach(w.pc+1+i.SBx(), open)
		case LOADBOOL:
			if i.C() != 0 {
				return nil
			}
		case RETURN:
			return nil
		}
	}
}

// step does to open what an instruction does.
func (w *walk) step(i Instruction, open *openSet) error {
	switch i.Op() {
	case CLOSURE:
		for _, u := range w.p.Protos[i.Bx()].Upvalues {
			if u.InStack {
				open.add(int(u.Index))
			}
		}
	case JMP:
		if i.A() > 0 {
			open.closeFrom(i.A() - 1)
		}
	case CALL, TAILCALL:
		return w.closed(i, i.A(), *open)
	case TFORCALL:
		return w.closed(i, i.A()+3, *open)
	}
	return nil
}

// closed checks that nothing is open from register first on.
func (w *walk) closed(i Instruction, first int, open openSet) error {
	below := open
	below.closeFrom(first)
	if below == open {
		return nil
	}
	return w.errorf("%v from register %d over captured variables", i.Op(), first)
}
