package snapshot

import (
	"slices"

	"lunarium/inspect/plain"
)

// This file holds paths that share their beginnings: of millions of places few are told.

// step is a step of a path, from its end.
type step struct {
	before *step
	key    plain.Key
}

func (s *step) then(key plain.Key) *step { return &step{s, key} }

// path gives the path that ends in the step.
func (s *step) path() (p plain.Path) {
	for ; s != nil; s = s.before {
		p = append(p, s.key)
	}
	slices.Reverse(p)
	return p
}

// placeOf gives the step in which the path of a name ends.
func placeOf(name string) (at *step) {
	path, err := plain.ParsePath(name)
	if err != nil {
		path = plain.Path{plain.NameKey(name)}
	}
	for _, key := range path {
		at = at.then(key)
	}
	return at
}
