package service

import "lunarium/runtime/vm"

// This file holds trials: code of a service that runs where it changes nothing.

// Trial makes an empty universe and empty registrations, in which code of the
// service can be tried. known is the code that files are taken to hold there, by
// their paths.
func (s Reloading) Trial(isolation *vm.Isolation, known map[string]*vm.Code) *Registered {
	return &Registered{registered: nothingRegistered(), universe: s.state.NewUniverse(isolation), knownFiles: known, loadedFiles: map[string]*vm.Code{}}
}

// Enter has code run in a trial until leave is called. The libraries are opened when it
// is entered first. While no task runs.
func (s Reloading) Enter(r *Registered) (leave func(), err error) {
	out := s.state.Enter(r.universe)
	s.registered, r.registered = r.registered, s.registered
	s.trial = r
	leave = func() {
		s.registered, r.registered = r.registered, s.registered
		s.trial = nil
		out()
	}
	if s.state.Data() == nil {
		if err := s.node.config.Open(s.Self); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

// KnownFile gives the code that a file is taken to hold, in the trial that is entered or on
// the node; nil: what it does hold.
func (s Self) KnownFile(path string) *vm.Code {
	if s.trial == nil {
		return s.givenFile(path)
	}
	code := s.trial.knownFiles[path]
	if code != nil {
		s.trial.loadedFiles[path] = code
	}
	return code
}

// givenFile gives the code of a text that the node's config has of a file. One that does not
// compile is left to who reads the file.
func (s Self) givenFile(path string) *vm.Code {
	text, given := s.node.config.Texts[path]
	if !given {
		return nil
	}
	code, err := s.node.sources.CompileContent(path, []byte(text))
	if err != nil {
		return nil
	}
	s.NoteFile(path, code)
	return code
}

// NoteFile remembers the code of a file that the service loaded.
func (s Self) NoteFile(path string, code *vm.Code) {
	switch {
	case s.trial != nil:
		s.trial.loadedFiles[path] = code
	case s.loadedFiles == nil:
		s.loadedFiles = map[string]*vm.Code{path: code}
	default:
		s.loadedFiles[path] = code
	}
}

// Files gives the code of the files that the service loaded, by path, as it was when
// they were loaded last.
func (s Reloading) Files() map[string]*vm.Code { return s.loadedFiles }

// SetFiles replaces what Files gives.
func (s Reloading) SetFiles(files map[string]*vm.Code) { s.loadedFiles = files }
