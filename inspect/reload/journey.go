package reload

import (
	"slices"

	"lunarium/runtime/service"
)

// This file holds a way over several versions, as undo, redo and goto take it.

// leg is the way from a version to the one before it or to one after it.
type leg struct {
	from, to service.Version
	forth    bool
}

// journey is what the legs of a way come to together.
type journey struct {
	moves     *moves
	kept      []string
	functions *functionChange
}

func (l leg) step() *step {
	if l.forth {
		return stepOf(l.to)
	}
	return stepOf(l.from)
}

func (j *journey) add(s *step, forth bool) {
	for _, name := range s.kept {
		if !slices.Contains(j.kept, name) {
			j.kept = append(j.kept, name)
		}
	}
	f := s.functions
	if !forth {
		f = f.reversed()
	}
	if j.functions != nil {
		f = j.functions.then(f)
	}
	j.functions = &f
}

func (j *journey) report(s service.Reloading, c *Change) {
	if j.functions == nil {
		return
	}
	c.functions(s, *j.functions)
	absent := j.moves.report(c)
	c.Kept = append(c.Kept, slices.DeleteFunc(j.kept, func(name string) bool { return absent[name] })...)
}
