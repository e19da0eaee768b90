package reload

import "lunarium/runtime/vm"

// This file goes from one kept implementation to another.

// takeTurns puts the implementation of the version next to the running one in its place,
// with the state as it is now.
func (r *reload) takeTurns(l leg, s *step, j *journey) error {
	v, _, ok := r.holder()
	from, to := s.turn.tables[0], s.turn.tables[1]
	if !l.forth {
		from, to = to, from
	}
	if !ok || v.Value().AsTable() != from {
		return r.impl(l.to.Impl) // the service has put another one there
	}
	heirs := succeed(from, to, fileVariables(functionsOf(to)))
	state, err := r.transfer(from, to, "the state is what it was when this version was replaced")
	if err != nil {
		return err
	}
	s.kept = state.kept
	effects := &step{writes: r.implEffects(nil, state.done)}
	if r.dry {
		err = r.wouldReplace(v, to, heirs)
	}
	j.moves.step(effects, true)
	j.moves.step(s, l.forth)
	j.add(s, l.forth)
	if r.dry {
		return err
	}
	v.Set(vm.TableValue(to))
	r.svc.Install(l.to)
	return r.replace(heirs)
}
