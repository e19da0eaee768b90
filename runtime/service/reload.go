package service

import (
	"errors"
	"fmt"
	"time"

	"lunarium/runtime/vm"
)

// Version is one state of a service's code.
type Version struct {
	Number   int
	Previous int       // the version that undo goes back to; 0: none
	At       time.Time // when it was installed, by the node's clock
	Code     *vm.Code  // the main chunk
	Impl     *vm.Code  // the file of the handler in the variable Holder; nil: there is none
	Holder   string
	// Modules are the chunks of the modules that were loaded with require from
	// files, by name; nil: nobody looked yet.
	Modules map[string]*vm.Code
	Changes string // what was different from the version before, for people
}

// ErrNoFile says that a service's code did not come from a file.
var ErrNoFile = errors.New("was not started from a file")

// Versions gives the versions of the service's code that were installed, and
// the number of the one that runs. What is only known of a version when somebody
// looks may be filled in. Own thread.
func (s *Service) Versions() (list []Version, current int) {
	if len(s.versions) == 0 {
		s.versions = []Version{{Number: 1, At: s.born, Code: s.code}}
		s.version = 1
	}
	return s.versions, s.version
}

// Install makes a version the service's current one: a new one when its number
// is 0, which gets the next, or one that Versions gave. It gives the number;
// own thread.
func (s *Service) Install(v Version) int {
	list, current := s.Versions()
	if v.Number == 0 {
		v.Number, v.Previous, v.At = len(list)+1, current, s.node.clock.Now()
		s.versions = append(s.versions, v)
	}
	s.version, s.code = v.Number, v.Code
	return v.Number
}

// Code gives the main chunk of the code that runs; own thread.
func (s *Service) Code() *vm.Code { return s.code }

// Start gives the start function, or nil; own thread.
func (s *Service) Start() vm.Value { return s.start }

// CompileAgain compiles the service's file as it is now.
func (s *Service) CompileAgain() (*vm.Code, error) {
	if s.path == "" {
		return nil, fmt.Errorf("%s %w", s.describe(), ErrNoFile)
	}
	return s.node.compileFile(s.path, shortPath(s.path))
}
