package service

import (
	"errors"
	"fmt"

	"lunarium/runtime/vm"
)

// This file holds a service's versions: installed, undone.

// ErrNoFile says that a service's code did not come from a file.
var ErrNoFile = errors.New("was not started from a file")

// Versions gives the versions of the service's code that were installed, and the number
// of the one that runs. What is only known of a version when somebody looks may be
// filled in.
func (s Reloading) Versions() (list []Version, current int) {
	if len(s.versions) == 0 {
		s.versions = []Version{{Number: 1, At: s.born, Code: s.code}}
		s.version = 1
	}
	return s.versions, s.version
}

// Install makes a version the service's current one: a new one when its number is 0,
// which gets the next, or one that Versions gave. It gives the number.
func (s Reloading) Install(v Version) int {
	list, current := s.Versions()
	if v.Number == 0 {
		v.Number, v.Previous, v.At = len(list)+1, current, s.node.clock.Now()
		s.versions = append(s.versions, v)
		s.undone = nil
	}
	if v.Number == s.Undone() {
		s.undone = s.undone[:len(s.undone)-1]
	}
	s.version, s.code = v.Number, v.Code
	return v.Number
}

// NoteUndone remembers that a version was undone, so that Undone gives it until another
// one is installed; 0: nothing was undone.
func (s Reloading) NoteUndone(version int) { s.undone = append(s.undone, version) }

// Undone gives the version that was undone last.
func (s Reloading) Undone() int {
	if len(s.undone) == 0 {
		return 0
	}
	return s.undone[len(s.undone)-1]
}

// Code gives the main chunk of the code that runs.
func (s Self) Code() *vm.Code { return s.code }

// CompileAgain compiles the service's file as it is now.
func (s *core) CompileAgain() (*vm.Code, error) {
	if s.path == "" {
		return nil, fmt.Errorf("%s %w", s.describe(), ErrNoFile)
	}
	return s.node.sources.CompileFileAs(s.path, ShortPath(s.path))
}
